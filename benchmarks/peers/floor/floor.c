/* The floor: what libuv and the kernel cost alone. Answers every request with the bytes of one file, whatever it asks.
 * usage: floor PORT FILE. A request ends after its head, or after the content that `content-length` announces. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static char input[64 * 1024];
static char *answer;
static size_t answer_size;

static void allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
  (void)handle, (void)suggested;
  *buffer = uv_buf_init(input, sizeof input - 1);
}

static void release(uv_handle_t *handle) { free(handle); }

/* The size of the request at `text`; 0 when it is not whole. */
static size_t request_size(const char *text, size_t count) {
  const char *end = memmem(text, count, "\r\n\r\n", 4);
  if (!end) return 0;
  size_t size = (size_t)(end - text) + 4;
  const char *length = strcasestr(text, "\r\ncontent-length:");
  if (length && length < end) size += strtoul(length + 17, NULL, 10);
  return size <= count ? size : 0;
}

/* A load generator of ours sends a request in one piece, so nothing is kept between reads. */
static void received(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
  if (count < 0) {
    uv_close((uv_handle_t *)stream, release);
    return;
  }
  input[count] = 0;
  for (size_t at = 0, size; (size = request_size(buffer->base + at, (size_t)count - at)); at += size) {
    uv_buf_t output = uv_buf_init(answer, (unsigned)answer_size);
    if (uv_try_write(stream, &output, 1) != (int)answer_size) abort();
  }
}

static void accepted(uv_stream_t *listener, int status) {
  uv_tcp_t *client = malloc(sizeof *client);
  if (status < 0 || uv_tcp_init(listener->loop, client) || uv_accept(listener, (uv_stream_t *)client)) abort();
  uv_tcp_nodelay(client, 1);
  uv_read_start((uv_stream_t *)client, allocate, received);
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  FILE *file = fopen(arguments[2], "rb");
  if (!file) return 1;
  answer = malloc(sizeof input);
  answer_size = fread(answer, 1, sizeof input, file);
  fclose(file);

  uv_tcp_t listener;
  struct sockaddr_in address;
  uv_tcp_init(uv_default_loop(), &listener);
  uv_ip4_addr("127.0.0.1", atoi(arguments[1]), &address);
  if (uv_tcp_bind(&listener, (struct sockaddr *)&address, 0)) return 1;
  if (uv_listen((uv_stream_t *)&listener, 1024, accepted)) return 1;
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
