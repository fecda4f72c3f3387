#pragma once
#include <uv.h>
#include <sys/prctl.h>
/** prctl is variadic and does not import. The name is cut at 15 bytes. */
static inline void thread_set_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
