package dev.latchkey.tenancy.node;

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
    PLAN_ID,
    EXPIRE_TIME
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
        changes(Field.ALLOWED_NETWORKS) ? values.allowedNetworks() : old.allowedNetworks());
  }
}
