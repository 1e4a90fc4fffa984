package dev.latchkey.kit.validation;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.kit.net.AllowedNetworks;
import dev.latchkey.kit.net.Network;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one request and collects everything that is wrong with them. Each reading
 * method gives a harmless placeholder for a value it refuses; {@link #check} then throws, so no
 * placeholder is ever used. For one thread, and for one request, or one after the other as long as
 * nothing is wrong.
 */
public final class Fields {
  /** What stands in for an id that was refused. */
  private static final UUID NO_ID = new UUID(0, 0);

  private static final Pattern UUID_SHAPE =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,39}");
  private static final Pattern SLUG = Pattern.compile("[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?");
  private static final int MOST_NETWORKS = 50;
  private static final int LONGEST_ECHO = 40;

  /** The first and last instants that a timestamp field may hold: the years 1 to 9999. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  /** None before the first mistake: most requests have none. */
  private @Nullable List<FieldViolation> violations;

  /** Notes a violation found by the caller. */
  public void refuse(String field, String problem, String expected) {
    if (violations == null) {
      violations = new ArrayList<>();
    }
    violations.add(new FieldViolation(field, "%s (expected: %s)".formatted(problem, expected)));
  }

  /** Throws if anything was refused; if not, the next request may be read. */
  public void check() {
    if (violations != null) {
      throw ApiException.invalid(violations);
    }
  }

  /** A required id. */
  public UUID id(String field, String value) {
    if (value.isEmpty()) {
      refuse(field, "missing", "a UUID");
      return NO_ID;
    }
    if (!UUID_SHAPE.matcher(value).matches()) {
      refuse(field, echo(value), "a UUID");
      return NO_ID;
    }
    return UUID.fromString(value);
  }

  /** An id that may be empty, for which null is given. */
  public @Nullable UUID optionalId(String field, String value) {
    return value.isEmpty() ? null : id(field, value);
  }

  /** Whether {@link #text} would take a value. Allocates nothing for texts of plain ASCII. */
  public static boolean isText(String value, int longest) {
    return !value.isBlank() && isOptionalText(value, longest);
  }

  private static boolean isOptionalText(String value, int longest) {
    return isPlain(value, longest)
        || (value.codePointCount(0, value.length()) <= longest
            && value.codePoints().noneMatch(Character::isISOControl));
  }

  private static boolean isPlain(String value, int longest) {
    int length = value.length();
    if (length > longest) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char character = value.charAt(i);
      if (character < ' ' || character > '~') {
        return false;
      }
    }
    return true;
  }

  /** A required text of one line. */
  public String text(String field, String value, int longest) {
    if (value.isBlank()) {
      refuse(field, value.isEmpty() ? "missing" : "blank", "1 to " + longest + " characters");
      return value;
    }
    return optionalText(field, value, longest);
  }

  /** A text of one line that may be empty. Length is counted in code points. */
  public String optionalText(String field, String value, int longest) {
    if (!isOptionalText(value, longest)) {
      int length = value.codePointCount(0, value.length());
      if (length > longest) {
        refuse(field, length + " characters", "at most " + longest);
      } else {
        refuse(field, "a control character", "printable text");
      }
    }
    return value;
  }

  /** A required slug. */
  public String slug(String field, String value) {
    return matching(
        field, value, SLUG, "1 to 40 of [a-z0-9-], starting with a letter, not ending with -");
  }

  /** A required name, of a limit or of a key role. */
  public String name(String field, String value) {
    return matching(field, value, NAME, "1 to 40 of [a-z0-9_-], starting with a letter");
  }

  /** Whether {@link #name} would take a value. */
  public static boolean isName(String value) {
    return NAME.matcher(value).matches();
  }

  /** A required text of a given shape; {@code expected} says the shape in words. */
  public String matching(String field, String value, Pattern shape, String expected) {
    if (value.isEmpty()) {
      refuse(field, "missing", expected);
    } else if (!shape.matcher(value).matches()) {
      refuse(field, echo(value), expected);
    }
    return value;
  }

  /** A timestamp that may be absent (null), cut to the millisecond. */
  public @Nullable Instant optionalTime(String field, boolean present, Timestamp value) {
    if (!present) {
      return null;
    }
    boolean inRange =
        value.getSeconds() >= EARLIEST.getEpochSecond()
            && value.getSeconds() <= LATEST.getEpochSecond()
            && value.getNanos() >= 0
            && value.getNanos() < 1_000_000_000;
    if (!inRange) {
      refuse(
          field,
          "%d s %d ns".formatted(value.getSeconds(), value.getNanos()),
          "the years 1 to 9999, nanoseconds 0 to 999999999");
      return null;
    }
    return Instant.ofEpochSecond(value.getSeconds(), value.getNanos())
        .truncatedTo(ChronoUnit.MILLIS);
  }

  /** A timestamp that may be absent (null) and otherwise lies after {@code now}. */
  public @Nullable Instant optionalFutureTime(
      String field, boolean present, Timestamp value, Instant now) {
    Instant time = optionalTime(field, present, value);
    if (time != null && !time.isAfter(now)) {
      refuse(field, time.toString(), "a time in the future");
    }
    return time;
  }

  /** A duration from zero to {@code longest}, cut to the millisecond. */
  public java.time.Duration duration(String field, Duration value, java.time.Duration longest) {
    return duration(field, value, java.time.Duration.ZERO, longest);
  }

  /** A duration in a range, cut to the millisecond. */
  public java.time.Duration duration(
      String field, Duration value, java.time.Duration shortest, java.time.Duration longest) {
    boolean normal = value.getNanos() >= 0 && value.getNanos() < 1_000_000_000;
    if (normal && value.getSeconds() >= 0 && value.getSeconds() <= longest.toSeconds()) {
      java.time.Duration duration =
          java.time.Duration.ofSeconds(value.getSeconds(), value.getNanos());
      if (duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0) {
        return duration.truncatedTo(ChronoUnit.MILLIS);
      }
    }
    refuse(
        field,
        "%d s %d ns".formatted(value.getSeconds(), value.getNanos()),
        "%d to %d s".formatted(shortest.toSeconds(), longest.toSeconds()));
    return shortest;
  }

  /** A whole number in a range. */
  public long number(String field, long value, long smallest, long largest) {
    if (value < smallest || value > largest) {
      refuse(field, Long.toString(value), "%d to %d".formatted(smallest, largest));
      return smallest;
    }
    return value;
  }

  /** A page size: 0 means the default, more than the maximum means the maximum. */
  public int pageSize(String field, int value, int defaultSize, int maximum) {
    if (value < 0) {
      refuse(field, Integer.toString(value), "0 to " + maximum);
      return defaultSize;
    }
    return value == 0 ? defaultSize : Math.min(value, maximum);
  }

  /** A field mask with at least one path, all of them known. */
  public Set<String> mask(String field, FieldMask mask, Set<String> known) {
    String expected = "of " + String.join(", ", new TreeSet<>(known));
    Set<String> paths = new TreeSet<>();
    if (mask.getPathsCount() == 0) {
      refuse(field, "missing", expected);
    }
    for (String path : mask.getPathsList()) {
      if (!known.contains(path)) {
        refuse(field, echo(path), expected);
      } else if (!paths.add(path)) {
        refuse(field, echo(path) + " twice", "each path once");
      }
    }
    return paths;
  }

  /** Networks: CIDR blocks without bits behind their prefix, or single addresses. */
  public AllowedNetworks networks(String field, List<String> given) {
    if (given.size() > MOST_NETWORKS) {
      refuse(field, given.size() + " networks", "at most " + MOST_NETWORKS);
      return AllowedNetworks.ALL;
    }
    List<Network> networks = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      Optional<Network> network = Network.parse(given.get(i)).filter(Network::isCanonical);
      if (network.isPresent()) {
        networks.add(network.get());
      } else {
        refuse(
            "%s[%d]".formatted(field, i),
            echo(given.get(i)),
            "a CIDR block such as 10.0.0.0/8 or 2001:db8::/32, or one address");
      }
    }
    return new AllowedNetworks(networks);
  }

  /** An enum value that this version knows. */
  public <E extends Enum<E>> E known(String field, E value) {
    if (value.name().equals("UNRECOGNIZED")) {
      refuse(field, "an unknown value", "a value of " + value.getDeclaringClass().getSimpleName());
    }
    return value;
  }

  /** A value as it may be shown in a message: short, and without anything that is not printable. */
  public static String echo(String value) {
    String shown = value.length() > LONGEST_ECHO ? value.substring(0, LONGEST_ECHO) + "…" : value;
    return "\""
        + shown
            .codePoints()
            .map(point -> point < 0x20 || point == 0x7F ? '?' : point)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        + "\"";
  }
}
