#pragma once
#include <uv.h>
#include <linux/fs.h>
#include <linux/memfd.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
/** prctl is variadic and does not import. The name is cut at 15 bytes. */
static inline void thread_set_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
/** As their manuals have them: the C library declares them for those who ask for all of GNU. */
int memfd_create(const char *name, unsigned int flags);
ssize_t preadv2(int descriptor, const struct iovec *parts, int count, off_t offset, int flags);
