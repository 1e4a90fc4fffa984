package dev.latchkey.harness.demo;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Request ids that are the same on every run, so that a start that was cut off can be repeated. */
final class RequestIds {
  private RequestIds() {}

  /**
   * The id for making one resource.
   *
   * @param generation how many of that name there were before and are deleted or revoked now: a
   *     repeat must not be answered with one of those
   */
  static String of(String kind, String parent, String name, int generation) {
    String text = "latchkey demo|%s|%s|%s|%d".formatted(kind, parent, name, generation);
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
