package dev.latchkey.keys.resource;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a request is about: {@code folder:/contracts/2026/a.pdf}. A type, and a path of segments
 * that are compared character by character, with regard to case. There is one way to write a
 * resource: no empty segments, no {@code .} or {@code ..}, no slash at the end.
 *
 * @param type {@code [a-z][a-z0-9_-]*}, up to 32
 * @param segments the parts of the path; none for the root, {@code folder:/}
 */
public record Resource(String type, List<String> segments) {
  /** The longest text of a resource or pattern, in characters. */
  public static final int LONGEST = 1_000;

  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

  public Resource {
    segments = List.copyOf(segments);
  }

  /** Reads a resource; empty for a text that is none, one with a {@code *} among them. */
  public static Optional<Resource> parse(String text) {
    return text.indexOf('*') >= 0 ? Optional.empty() : split(text);
  }

  /** Reads the common form of resources and patterns. */
  static Optional<Resource> split(String text) {
    int colon = text.indexOf(':');
    if (text.length() > LONGEST
        || colon < 0
        || !TYPE.matcher(text.substring(0, colon)).matches()
        || !text.startsWith("/", colon + 1)
        || text.chars().anyMatch(Character::isISOControl)) {
      return Optional.empty();
    }
    String path = text.substring(colon + 2);
    List<String> segments = path.isEmpty() ? List.of() : List.of(path.split("/", -1));
    boolean wellFormed =
        segments.stream()
            .noneMatch(segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."));
    return wellFormed
        ? Optional.of(new Resource(text.substring(0, colon), segments))
        : Optional.empty();
  }
}
