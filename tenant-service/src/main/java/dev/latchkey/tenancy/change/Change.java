package dev.latchkey.tenancy.change;

import com.google.protobuf.ByteString;
import java.util.UUID;

/**
 * One change, ready to be written down.
 *
 * @param table where the changed row is
 * @param id the row's id
 * @param payload what followers get: the row after the change, serialized
 */
public record Change(Table table, UUID id, ByteString payload) {
  /** The tables whose rows know the newest revision that touched them. */
  public enum Table {
    NODE("node"),
    PLAN("plan"),
    USER("tenancy_user"),
    MEMBERSHIP("membership");

    private final String sqlName;

    Table(String sqlName) {
      this.sqlName = sqlName;
    }

    String sqlName() {
      return sqlName;
    }
  }
}
