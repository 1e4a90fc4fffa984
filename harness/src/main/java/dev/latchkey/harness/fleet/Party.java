package dev.latchkey.harness.fleet;

import dev.latchkey.harness.platform.Service;
import java.util.Optional;

/**
 * One process of a fleet.
 *
 * @param kind what it is
 * @param number from 1, among those of its kind
 */
public record Party(Kind kind, int number) implements Comparable<Party> {
  /** What the parties of a fleet are. */
  public enum Kind {
    KEY_SERVICE("key-service"),
    TENANT_SERVICE("tenant-service"),
    EDGE("edge"),
    POSTGRES("postgres"),
    REDIS("redis");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The service it is, where it is one of ours. */
    Optional<Service> service() {
      return switch (this) {
        case KEY_SERVICE -> Optional.of(Service.KEY_SERVICE);
        case TENANT_SERVICE -> Optional.of(Service.TENANT_SERVICE);
        case EDGE -> Optional.of(Service.EDGE);
        case POSTGRES, REDIS -> Optional.empty();
      };
    }
  }

  public static Party keyService(int number) {
    return new Party(Kind.KEY_SERVICE, number);
  }

  public static Party tenantService(int number) {
    return new Party(Kind.TENANT_SERVICE, number);
  }

  public static Party edge(int number) {
    return new Party(Kind.EDGE, number);
  }

  /** A database server: the first begins as primary, the second as its standby. */
  public static Party postgres(int number) {
    return new Party(Kind.POSTGRES, number);
  }

  public static Party redis() {
    return new Party(Kind.REDIS, 1);
  }

  @Override
  public int compareTo(Party other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : Integer.compare(number, other.number);
  }

  /** {@code key-service-2}: also the name of its log. */
  @Override
  public String toString() {
    return kind.text + "-" + number;
  }
}
