package dev.latchkey.keys.resource;

import java.util.List;
import java.util.Optional;

/**
 * Grants the resources it matches: {@code folder:/contracts/**}. Within a segment one {@code *}
 * stands for any characters, none included; one segment of the pattern may be {@code **}, for any
 * number of segments, none included. Everything else stands for itself.
 *
 * <p>As there is at most one of each, matching compares a beginning and an end: its time is linear
 * in the length of the resource, whatever the pattern.
 */
public final class ResourcePattern {
  private static final String ANY_SEGMENTS = "**";

  private final String text;
  private final String type;
  private final List<String> before;
  private final List<String> after;
  private final boolean anyBetween;

  private ResourcePattern(String text, Resource parts) {
    this.text = text;
    this.type = parts.type();
    int any = parts.segments().indexOf(ANY_SEGMENTS);
    this.anyBetween = any >= 0;
    this.before = anyBetween ? parts.segments().subList(0, any) : parts.segments();
    this.after =
        anyBetween ? parts.segments().subList(any + 1, parts.segments().size()) : List.of();
  }

  /** Reads a pattern; empty for a text that is none. */
  public static Optional<ResourcePattern> parse(String text) {
    return Resource.split(text)
        .filter(parts -> parts.segments().stream().allMatch(ResourcePattern::isSegment))
        .filter(parts -> parts.segments().stream().filter(ANY_SEGMENTS::equals).count() <= 1)
        .map(parts -> new ResourcePattern(text, parts));
  }

  private static boolean isSegment(String segment) {
    return segment.equals(ANY_SEGMENTS) || segment.indexOf('*') == segment.lastIndexOf('*');
  }

  /** Whether it grants a resource. */
  public boolean matches(Resource resource) {
    return type.equals(resource.type()) && matches(resource.segments());
  }

  private boolean matches(List<String> segments) {
    int fixed = before.size() + after.size();
    if (anyBetween ? segments.size() < fixed : segments.size() != fixed) {
      return false;
    }
    int tail = segments.size() - after.size();
    for (int i = 0; i < before.size(); i++) {
      if (!segmentMatches(before.get(i), segments.get(i))) {
        return false;
      }
    }
    for (int i = 0; i < after.size(); i++) {
      if (!segmentMatches(after.get(i), segments.get(tail + i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean segmentMatches(String pattern, String segment) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(segment);
    }
    // A ** of another pattern stands for more than any one segment does.
    return !segment.equals(ANY_SEGMENTS)
        && segment.length() >= pattern.length() - 1
        && segment.startsWith(pattern.substring(0, star))
        && segment.endsWith(pattern.substring(star + 1));
  }

  /**
   * Whether every resource that the other grants is granted by this one too. Takes the other's
   * wildcards as characters: only a wildcard of this pattern can stand for them, and it stands for
   * whatever they stand for.
   */
  public boolean covers(ResourcePattern other) {
    return Resource.split(other.text)
        .map(parts -> type.equals(parts.type()) && covers(parts.segments()))
        .orElse(false);
  }

  private boolean covers(List<String> segments) {
    int any = segments.indexOf(ANY_SEGMENTS);
    boolean anyIsInside =
        any < 0 || (anyBetween && any >= before.size() && any < segments.size() - after.size());
    return anyIsInside && matches(segments);
  }

  @Override
  public String toString() {
    return text;
  }
}
