/**
 * An example of a policy in C: no downloads during some hours of the day, in UTC.
 *
 *   cc -shared -fPIC -O2 -I Sources/Policy/PolicyABI/include -o quiet_hours.so Plugins/ExampleC/quiet_hours.c
 *
 * Its settings: {"from": 22, "to": 6} refuses from 22:00 until 06:00.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

struct policy_instance {
  int from, to; /* hours, 0...23 */
};

static const policy_rule rules[] = {{TEXT("quiet-hours"), TEXT("quiet_hours")}};

static void refuse(policy_message *why, const char *text) {
  why->count = strlen(text) < why->capacity ? strlen(text) : why->capacity;
  memcpy(why->bytes, text, why->count);
}

static policy_instance *create(const policy_plugin *plugin, policy_string settings, policy_message *why) {
  (void)plugin;
  char text[128] = "";
  int from, to, end = 0;
  if (settings.count < sizeof text) memcpy(text, settings.bytes, settings.count);
  sscanf(text, " { \"from\" : %d , \"to\" : %d } %n", &from, &to, &end);
  if (end == 0 || text[end] != 0) {
    refuse(why, "settings must be {\"from\": HOUR, \"to\": HOUR}");
    return NULL;
  }
  if (from < 0 || from > 23 || to < 0 || to > 23 || from == to) {
    refuse(why, "from and to must be two different hours, 0 to 23");
    return NULL;
  }
  policy_instance *instance = malloc(sizeof *instance);
  if (instance) *instance = (policy_instance){from, to};
  return instance;
}

static void destroy(policy_instance *instance) { free(instance); }

static void describe(policy_instance *instance, policy_description *description) {
  (void)instance;
  description->rules = rules;
  description->rule_count = sizeof rules / sizeof *rules;
}

static policy_outcome authorize(policy_instance *instance, const policy_request *request, policy_answer *answer) {
  int hour = (int)(request->now / 3600 % 24);
  int quiet = instance->from < instance->to ? hour >= instance->from && hour < instance->to
                                            : hour >= instance->from || hour < instance->to;
  if (request->purpose == POLICY_MINT || !quiet) return POLICY_ABSTAIN;
  answer->rule = 0;
  return POLICY_DENY;
}

POLICY_EXPORT const policy_plugin *moviesnow_policy(uint32_t host_major, uint32_t host_minor) {
  static const policy_plugin plugin = {
      .size = sizeof plugin,
      .major = POLICY_ABI_MAJOR,
      .minor = POLICY_ABI_MINOR,
      .version = TEXT("1.0"),
      .create = create,
      .destroy = destroy,
      .describe = describe,
      .authorize = authorize,
  };
  (void)host_minor;
  return host_major == POLICY_ABI_MAJOR ? &plugin : NULL;
}
