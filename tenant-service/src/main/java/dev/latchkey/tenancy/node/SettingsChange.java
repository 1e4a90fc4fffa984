package dev.latchkey.tenancy.node;

import dev.latchkey.tenancy.policy.KeyPolicy;
import java.util.Set;

/**
 * A change of some of a node's settings.
 *
 * @param fields which of them change
 * @param values their new values; the others' are not looked at
 */
public record SettingsChange(Set<Field> fields, Settings values) {
  /** One setting. */
  public enum Field {
    DISPLAY_NAME,
    KEY_FORMAT,
    ALLOWED_NETWORKS,
    RATE_LIMITS,
    PLAN_ID,
    EXPIRE_TIME,
    SCOPE_CATALOGUE,
    KEY_ROLES,
    LEAK_POLICY
  }

  public SettingsChange {
    fields = Set.copyOf(fields);
  }

  boolean changes(Field field) {
    return fields.contains(field);
  }

  Settings applyTo(Settings old) {
    return new Settings(
        changes(Field.DISPLAY_NAME) ? values.displayName() : old.displayName(),
        changes(Field.KEY_FORMAT) ? values.keyFormat() : old.keyFormat(),
        changes(Field.PLAN_ID) ? values.planId() : old.planId(),
        changes(Field.EXPIRE_TIME) ? values.expireTime() : old.expireTime(),
        changes(Field.ALLOWED_NETWORKS) ? values.allowedNetworks() : old.allowedNetworks(),
        changes(Field.RATE_LIMITS) ? values.rateLimits() : old.rateLimits(),
        applyTo(old.keyPolicy()));
  }

  private KeyPolicy applyTo(KeyPolicy old) {
    KeyPolicy given = values.keyPolicy();
    return new KeyPolicy(
        changes(Field.SCOPE_CATALOGUE) ? given.catalogue() : old.catalogue(),
        changes(Field.KEY_ROLES) ? given.roles() : old.roles(),
        changes(Field.LEAK_POLICY) ? given.leakPolicy() : old.leakPolicy());
  }
}
