package dev.latchkey.keys.issuing;

import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.QuotaViolation;
import dev.latchkey.proto.errors.v1.ErrorReason;
import java.sql.Connection;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** The plan's ceiling on the live keys of an organization. Costs nothing where there is none. */
final class KeyCeiling {
  private KeyCeiling() {}

  /**
   * Throws unless an organization may have some more keys. Until the transaction ends, no other can
   * add keys of the organization.
   *
   * @param more how many are about to be added
   * @throws ApiException {@code PLAN_CEILING_REACHED}
   */
  static void requireRoom(Connection connection, Lineage lineage, long more, Instant now) {
    if (more > room(connection, lineage, now)) {
      throw reached(lineage);
    }
  }

  /**
   * How many more keys an organization may have. Until the transaction ends, no other can add keys
   * of the organization.
   */
  static long room(Connection connection, Lineage lineage, Instant now) {
    OptionalLong ceiling = lineage.keyCeiling();
    if (ceiling.isEmpty()) {
      return Long.MAX_VALUE;
    }
    lock(connection, lineage.organizationId());
    return ceiling.getAsLong() - KeyStore.countLive(connection, lineage.organizationId(), now);
  }

  private static void lock(Connection connection, UUID organizationId) {
    Sql.update(
        connection,
        "INSERT INTO key_ceiling_lock (organization_id) VALUES (?) ON CONFLICT DO NOTHING",
        organizationId);
    Sql.first(
        connection,
        "SELECT 1 FROM key_ceiling_lock WHERE organization_id = ? FOR UPDATE",
        row -> true,
        organizationId);
  }

  /** The refusal of one key more. */
  static ApiException reached(Lineage lineage) {
    UUID organizationId = lineage.organizationId();
    long ceiling = lineage.keyCeiling().orElse(0);
    return ApiException.exhausted(
        ErrorReason.ERROR_REASON_PLAN_CEILING_REACHED,
        Map.of("ceiling", "keys", "limit", Long.toString(ceiling)),
        new QuotaViolation(
            "organization:" + organizationId,
            "The organization's plan allows %d live keys; revoke some first.".formatted(ceiling)),
        null);
  }
}
