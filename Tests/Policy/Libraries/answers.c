// A plugin whose answers a test chooses by -D: VERDICT, RULE, MAXIMUM, SIZE, MAJOR, MINOR, FAILS_OPEN, CRASH, HANG,
// NO_ENTRY, CLASSIFY and VARY.
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

#ifndef VERDICT
#define VERDICT POLICY_ALLOW
#endif
#ifndef SIZE
#define SIZE sizeof(policy_plugin)
#endif
#ifndef MAJOR
#define MAJOR POLICY_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR POLICY_ABI_MINOR
#endif
#ifndef FAILS_OPEN
#define FAILS_OPEN 0
#endif
#ifndef MAXIMUM
#define MAXIMUM 7
#endif
#ifndef RULE
#define RULE 0
#endif

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static const policy_rule rules[] = {{TEXT("fixed"), TEXT("fixed_reason")}};

static policy_instance *create(const policy_plugin *plugin, policy_string settings, policy_message *why) {
  static const char refusal[] = "settings must be {}";
  (void)plugin;
  if (settings.count == 2 && memcmp(settings.bytes, "{}", 2) == 0) return malloc(1);
  memcpy(why->bytes, refusal, sizeof refusal - 1);
  why->count = sizeof refusal - 1;
  return NULL;
}

static void destroy(policy_instance *instance) { free(instance); }

static void describe(policy_instance *instance, policy_description *description) {
  (void)instance;
  description->rules = rules;
  description->rule_count = 1;
}

static policy_outcome authorize(policy_instance *instance, const policy_request *request, policy_answer *answer) {
  (void)instance, (void)request;
#ifdef CRASH
  abort();
#endif
#ifdef HANG
  while (request->key.count == 16 && !memcmp(request->key.bytes, "bundles/hang.zip", 16)) continue;
#endif
  answer->rule = RULE;
  return VERDICT;
}

static policy_outcome limit(policy_instance *instance, const policy_request *request, policy_answer *answer) {
  (void)instance, (void)request;
  answer->rule = 0;
  answer->maximum = MAXIMUM;
  return POLICY_ALLOW;
}

#ifdef CLASSIFY
static policy_outcome classify(policy_instance *instance, const policy_request *request, policy_answer *answer) {
  (void)instance, (void)request;
  answer->country = (policy_country){"AT"};
  return POLICY_ALLOW;
}
#endif

#ifdef VARY
static policy_outcome vary(policy_instance *instance, const policy_request *request, policy_answer *answer) {
  (void)instance, (void)request;
  answer->country = (policy_country){"DE"};
  return VARY;
}
#endif

// A later host's table: longer than ours.
static const struct {
  policy_plugin plugin;
  void *later[4];
} table = {.plugin = {
               .size = SIZE,
               .major = MAJOR,
               .minor = MINOR,
               .version = TEXT("test"),
               .fails_open = FAILS_OPEN,
               .create = create,
               .destroy = destroy,
               .describe = describe,
               .authorize = authorize,
               .limit = limit,
#ifdef CLASSIFY
               .classify = classify,
#endif
#ifdef VARY
               .vary = vary,
#endif
           }};

#ifndef NO_ENTRY
POLICY_EXPORT const policy_plugin *moviesnow_policy(uint32_t host_major, uint32_t host_minor) {
  (void)host_major, (void)host_minor;
  return &table.plugin;
}
#endif
