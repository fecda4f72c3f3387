/* Hostile clients of one kind: what somebody with a few machines can do to a server.
 * usage: hostile KIND PORT COUNT STEPS
 *
 * Holds COUNT connections and takes STEPS steps a second, evenly, each at the next of them: it is opened if it is not,
 * or it sends or reads a little more. Says "open" when all are. Opens those anew that the server ends, until the input
 * ends; then waits until the server has ended all, 90 seconds at most, and says how it went: names and counts.
 * Each begins with a header of the PROXY protocol, sent from 127.0.1.1: a server that believes it takes them for
 * strangers', of 198.51.100.0/24 and 203.0.113.0/24 in turn. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEADER_SIZE 28
#define TITLE "GET /api/v1/titles/title-000001 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

static char answers[1 << 20];

static const struct kind {
  const char *name;
  /* What each begins with, and what a step sends, and reads at most. */
  const char *greeting, *sends;
  size_t reads;
  /* A step sends it until the server takes no more. */
  int floods;
  /* The second step is the last. */
  int leaves;
} kinds[] = {
  {"heads", "GET /api/v1/titles/title-000001 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", "x", 4096, 0, 0},
  {"bodies", "POST /api/v1/delivery/download-url HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n", " ",
   4096, 0, 0},
  {"reads", "GET /api/v1/files/1000000/0001 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "", 16, 0, 0},
  {"pipelines", "", TITLE, 0, 1, 0},
  {"connections", "", "", 0, 0, 1},
  {"requests", "", TITLE, sizeof answers, 1, 0},
};

struct client {
  int socket;
  unsigned number;
  /* Of the header and the greeting; of a flood also of its pipeline. */
  size_t sent;
};

static const struct kind *kind;
static int port, isEnding;
static unsigned long opened, ended, ok, timedOut, tooMany, otherwise;
static char pipeline[64 * (sizeof TITLE - 1)];

static struct sockaddr_in address(const char *text, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  inet_pton(AF_INET, text, &address.sin_addr);
  return address;
}

static void end(struct client *client) {
  close(client->socket);
  client->socket = -1;
}

static void start(struct client *client) {
  client->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (client->socket < 0) abort();
  /* As on the way through a network: the kernel's buffers follow from it. And no TIME_WAIT, which would take a port. */
  int segment = 1460, window = 4096;
  struct linger none = {1, 0};
  setsockopt(client->socket, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
  setsockopt(client->socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  if (kind->reads < sizeof answers) setsockopt(client->socket, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
  struct sockaddr_in from = address("127.0.1.1", 0), to = address("127.0.0.1", port);
  client->sent = 0;
  /* When no port is left for now, the next step tries again. */
  if (bind(client->socket, (struct sockaddr *)&from, sizeof from)) return end(client);
  if (connect(client->socket, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) return end(client);
  opened++;
}

/* False while some of it is still to be sent. */
static int greet(struct client *client) {
  char text[512] = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c";
  const unsigned char networks[2][3] = {{198, 51, 100}, {203, 0, 113}};
  memcpy(text + 16, networks[client->number % 2], 3);
  text[19] = (char)(client->number / 2 % 256);
  size_t size = HEADER_SIZE + strlen(kind->greeting);
  memcpy(text + HEADER_SIZE, kind->greeting, strlen(kind->greeting));
  if (client->sent >= size) return 1;
  ssize_t count = send(client->socket, text + client->sent, size - client->sent, MSG_NOSIGNAL);
  if (count > 0) client->sent += (size_t)count;
  return client->sent == size;
}

static void sendMore(struct client *client) {
  if (!kind->floods) {
    send(client->socket, kind->sends, strlen(kind->sends), MSG_NOSIGNAL);
    return;
  }
  /* Pieces of the pipeline in any order and cut anywhere would be other requests: it goes on where it was cut. */
  size_t at = client->sent - HEADER_SIZE;
  for (ssize_t count; (count = send(client->socket, pipeline + at, sizeof pipeline - at, MSG_NOSIGNAL)) > 0;)
    at = (at + (size_t)count) % sizeof pipeline;
  client->sent = HEADER_SIZE + at;
}

/* False when the server has ended the connection. */
static int readMore(struct client *client) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(client->socket, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) return 0;
  if (!kind->reads) return 1;
  ssize_t count = recv(client->socket, answers, kind->reads, 0);
  for (char *at = answers; count > 0 && (at = memmem(at, (size_t)(answers + count - at), "HTTP/1.1 ", 9)); at += 9) {
    if (at + 12 > answers + count) break;
    int status = atoi(at + 9);
    ++*(status == 200 ? &ok : status == 408 ? &timedOut : status == 429 ? &tooMany : &otherwise);
  }
  return count > 0 || (count < 0 && errno == EAGAIN);
}

static void step(struct client *client) {
  if (client->socket < 0) {
    if (!isEnding) start(client);
  } else if (!readMore(client)) {
    ended++;
    end(client);
  } else if (kind->leaves || (isEnding && kind->floods && kind->reads)) {
    greet(client);
    end(client);
  } else if (greet(client) && !(isEnding && kind->floods)) {
    sendMore(client);
  }
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **arguments) {
  if (argc != 5) return 2;
  for (size_t at = 0; at < sizeof kinds / sizeof *kinds; at++)
    if (!strcmp(kinds[at].name, arguments[1])) kind = &kinds[at];
  if (!kind) return 2;
  port = atoi(arguments[2]);
  unsigned count = (unsigned)atoi(arguments[3]);
  double steps = atof(arguments[4]);
  struct client *clients = calloc(count, sizeof *clients);
  for (unsigned at = 0; at < count; at++) clients[at] = (struct client){-1, at, 0};
  for (size_t at = 0; at < sizeof pipeline; at += sizeof TITLE - 1) memcpy(pipeline + at, TITLE, sizeof TITLE - 1);

  unsigned open = 0, next = 0;
  int isOpen = 0;
  double due = now(), last = 0;
  while (!isEnding || (open && now() < last + 90)) {
    usleep(1000);
    struct pollfd input = {STDIN_FILENO, POLLIN, 0};
    if (!isEnding && poll(&input, 1, 0) > 0) isEnding = 1, last = now();
    /* Whoever was kept from running for long does not catch up at once. */
    double until = now();
    if (due < until - 0.02) due = until - 0.02;
    for (; due < until; due += 1 / steps) {
      struct client *client = &clients[next++ % count];
      open -= client->socket >= 0;
      step(client);
      open += client->socket >= 0;
    }
    if (!isOpen && (open == count || kind->leaves)) isOpen = 1, puts("open"), fflush(stdout);
  }
  printf(
    "opened %lu ended %lu left %u 200 %lu 408 %lu 429 %lu other %lu\n", opened, ended, open, ok, timedOut, tooMany,
    otherwise);
  return 0;
}
