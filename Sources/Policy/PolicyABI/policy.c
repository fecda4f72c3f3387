// SwiftPM builds a C target only when it holds a source; this one proves that the header stands alone.
#include "policy.h"
