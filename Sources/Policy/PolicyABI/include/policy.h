/**
 * The contract between MoviesNow and its policy plugins.
 *
 * A plugin is a dynamic library that exports one symbol, `moviesnow_policy`. The host asks it for a table of functions,
 * makes one instance for each worker thread from the operator's settings, and then asks that instance, for each URL
 * that somebody wants, whether the key may be issued and for how long.
 *
 * VERSION 1.1. A host loads a plugin of the same major version, whatever the minor of either.
 *
 *   1.0  the first
 *   1.1  `vary`
 *
 * How it grows: members are only ever appended to the structs that begin with `size`; whoever reads such a struct first
 * compares `size` with the end of the member (POLICY_HAS). All other structs never change.
 *
 * Threads: an instance is called by one thread at a time, and always by the same one, except for `destroy`.
 * Hooks run on an event loop: they must not block, wait for a lock, read a file or allocate for the host.
 * Strings are UTF-8 and NOT NUL-terminated.
 */
#ifndef MOVIESNOW_POLICY_H
#define MOVIESNOW_POLICY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define POLICY_ABI_MAJOR 1
#define POLICY_ABI_MINOR 1

/** The name of the only symbol that a plugin exports; its type is policy_entry. */
#define POLICY_ENTRY "moviesnow_policy"

/** Put before the entry: it stays visible under -fvisibility=hidden. */
#define POLICY_EXPORT __attribute__((visibility("default")))

/** Whether the other side's struct reaches to the end of `member`. */
#define POLICY_HAS(pointer, type, member) \
  ((pointer)->size >= offsetof(type, member) + sizeof((pointer)->member))

/** OWNERSHIP: whoever filled in the struct that holds it; each struct says until when. */
typedef struct {
  const uint8_t *bytes;
  size_t count;
} policy_string;

/** ISO 3166-1 alpha-2 in capital letters; two zero bytes: unknown. */
typedef struct {
  uint8_t letters[2];
} policy_country;

/** What the caller will do with the key. */
enum {
  POLICY_DOWNLOAD = 1, /**< a signed URL for a player, now */
  POLICY_BUNDLE = 2,   /**< the same, by the route for season bundles */
  POLICY_MINT = 3      /**< a one-time token, made for a player elsewhere, redeemed later by a route above */
};
typedef uint32_t policy_purpose;

/** A header that a trusted proxy has set. `name` is in lower case. */
typedef struct {
  policy_string name;
  policy_string value;
} policy_header;

/** 4 bytes (IPv4) or 16 (IPv6) in network order; 0: unknown. */
typedef struct {
  uint8_t bytes[16];
  uint32_t count;
} policy_address;

/** Where a window applies. */
enum {
  POLICY_EVERYWHERE = 1,
  POLICY_ONLY_IN = 2,    /**< in `countries` */
  POLICY_ALL_BUT_IN = 3  /**< outside `countries` */
};
typedef uint32_t policy_territory;

/** A span of time in which a title may be had: [start, end), Unix seconds; without an end: INT64_MAX. */
typedef struct {
  int64_t start;
  int64_t end;
  policy_territory territory;
  uint32_t country_count;
  const policy_country *countries;
} policy_window;

/** One request to issue a URL. OWNERSHIP: host, with all that it points at; valid until the hook returns. */
typedef struct {
  size_t size;
  policy_purpose purpose;
  policy_country country;       /**< what a `classify` found; unknown while classifying */
  int64_t now;                  /**< Unix seconds */
  int64_t lifetime;             /**< the lifetime that the caller asked for, in seconds, at least 1 */
  policy_string key;            /**< the storage key, normalised: no leading '/', no '//', no '..'; empty where only
                                     `classify` is asked, for a request that wants no URL */
  policy_string title;          /**< the title's id; empty: the key belongs to no known title */
  const policy_window *windows; /**< the title's availability; none: it has no schedule */
  size_t window_count;
  const policy_header *headers; /**< those that policy_description names, as far as they were sent */
  size_t header_count;
  policy_address address;       /**< the client's */
} policy_request;

/** How a hook ended. Anything else counts as POLICY_FAILED. */
enum {
  POLICY_ABSTAIN = 0,
  POLICY_ALLOW = 1, /**< classify, limit, vary: the answer is filled in */
  POLICY_DENY = 2,  /**< authorize only */
  POLICY_FAILED = 3 /**< the plugin could not decide; the host fails open or closed, as the table says */
};
typedef uint32_t policy_outcome;

/** An answer. The host has zeroed it and set `size`; the plugin writes no member that lies beyond. */
typedef struct {
  size_t size;
  uint32_t rule;          /**< which of the description's rules decided */
  policy_country country; /**< classify, vary */
  int64_t minimum;        /**< limit: seconds; 0: none */
  int64_t maximum;        /**< limit: seconds; 0: none */
} policy_answer;

/** A rule that can decide. Its name is what an operator reads in answers, logs and metrics: keep it short. */
typedef struct {
  policy_string name;
  policy_string reason; /**< snake_case, for programs; empty if the rule never denies */
} policy_rule;

/** What an instance made of its settings. OWNERSHIP: plugin; valid until `destroy`. */
typedef struct {
  size_t size;
  const policy_rule *rules;
  size_t rule_count;
  const policy_string *headers; /**< request headers that it reads, in lower case */
  size_t header_count;
} policy_description;

/** Room for one line that tells why settings were refused. OWNERSHIP: host. The plugin sets `count` <= `capacity`. */
typedef struct {
  uint8_t *bytes;
  size_t capacity;
  size_t count;
} policy_message;

/** Hooks that count as an abstention when they fail; all others but `vary`, which always does, refuse the request. */
enum {
  POLICY_CLASSIFY_FAILS_OPEN = 1,
  POLICY_AUTHORIZE_FAILS_OPEN = 2,
  POLICY_LIMIT_FAILS_OPEN = 4
};

/** The plugin's own; the host only hands it back. */
typedef struct policy_instance policy_instance;

/** The plugin. OWNERSHIP: plugin; it and its functions stay valid for the rest of the process. */
typedef struct policy_plugin policy_plugin;
struct policy_plugin {
  size_t size;
  uint32_t major; /**< POLICY_ABI_MAJOR, of the header it was built with */
  uint32_t minor;
  policy_string version; /**< the plugin's own, for people */
  uint32_t fails_open;   /**< POLICY_…_FAILS_OPEN */
  void *context;         /**< the plugin's own */

  /** Reads the settings, one JSON text, valid during the call. NULL: refused, and `why` says why. May read files. */
  policy_instance *(*create)(const policy_plugin *plugin, policy_string settings, policy_message *why);
  /** Called once, by any thread, after the last hook has returned. */
  void (*destroy)(policy_instance *instance);
  /** Called once, after `create`. The host has zeroed `description` and set its `size`. */
  void (*describe)(policy_instance *instance, policy_description *description);

  /** The hooks. NULL: the plugin has nothing to say there. */
  policy_outcome (*classify)(policy_instance *instance, const policy_request *request, policy_answer *answer);
  policy_outcome (*authorize)(policy_instance *instance, const policy_request *request, policy_answer *answer);
  policy_outcome (*limit)(policy_instance *instance, const policy_request *request, policy_answer *answer);
  /** Since 1.1. Of answers that differ by country: the country whose answer the caller in `request->country` is given,
      and which stands for all to whom the same outcome applies, such as the same territories of a licence. */
  policy_outcome (*vary)(policy_instance *instance, const policy_request *request, policy_answer *answer);
};

/** NULL: the plugin cannot work with a host of that version. */
typedef const policy_plugin *(*policy_entry)(uint32_t host_major, uint32_t host_minor);

#ifdef __cplusplus
}
#endif

#endif
