package dev.latchkey.keys.store;

import dev.latchkey.keys.decision.Validity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The condition, order and limit of a list of keys, newest first. For one thread. */
final class KeyListQuery {
  /** The same order of strength as {@link Validity#at}. */
  private static final String STATE_AT =
      """
      CASE WHEN state = 'REVOKED' THEN 'REVOKED'
           WHEN least(expire_time, retire_time) <= ? THEN 'EXPIRED'
           WHEN state = 'DISABLED' THEN 'DISABLED'
           WHEN owner_inactive THEN 'OWNER_INACTIVE'
           WHEN not_before > ? THEN 'PENDING'
           ELSE 'ACTIVE' END = ?
      """;

  private final StringBuilder where = new StringBuilder("WHERE true");
  private final List<@Nullable Object> values = new ArrayList<>();

  KeyListQuery(KeyFilter filter, Optional<UUID> after, int limit, Instant now) {
    filter.within().ifPresent(node -> within(node, filter.includeDescendants()));
    where.append(" AND ").append(VisibleKeys.condition(filter.visible(), values));
    if (filter.owner() != null) {
      add("owner_user_id = ?", filter.owner());
    }
    filter.state().ifPresent(state -> add(STATE_AT, now, now, state));
    addText("strpos(lower(name), lower(?)) > 0", filter.nameContains());
    addText("starts_with(prefix, ?)", filter.prefix());
    addText("last_characters = ?", filter.lastCharacters());
    after.ifPresent(id -> add("id < ?", id));
    where.append(" ORDER BY id DESC LIMIT ?");
    values.add(limit);
  }

  private void within(Binding node, boolean includeDescendants) {
    String column =
        includeDescendants ? KeyStore.LINEAGE_COLUMNS.get(node.level().depth() - 1) : "node_id";
    add(column + " = ?", node.nodeId().orElseThrow());
  }

  private void addText(String condition, String value) {
    if (!value.isEmpty()) {
      add(condition, value);
    }
  }

  private void add(String condition, Object... parameters) {
    where.append(" AND ").append(condition);
    values.addAll(List.of(parameters));
  }

  /** What follows the columns and the table. */
  String where() {
    return where.toString();
  }

  /** The values of its parameters, in order. */
  @Nullable Object[] values() {
    return values.toArray();
  }
}
