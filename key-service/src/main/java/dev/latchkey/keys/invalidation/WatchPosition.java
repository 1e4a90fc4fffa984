package dev.latchkey.keys.invalidation;

import com.google.common.io.ByteArrayDataOutput;
import com.google.common.io.ByteStreams;
import dev.latchkey.keys.feed.FeedPosition;
import dev.latchkey.kit.errors.ApiException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Where a stream stands in both logs. Any node of the service can go on from it.
 *
 * @param run which run of the primary database the snapshot is of
 * @param generation of the tenancy
 * @param revision of the tenancy
 */
record WatchPosition(FeedPosition keys, String run, long generation, long revision) {
  private static final int VERSION = 1;
  private static final int LONGEST = 1_000;

  /** With the rest, a longer one would not fit into {@link #LONGEST} letters. */
  private static final int LONGEST_SNAPSHOT = 500;

  private static final Pattern TIMELINE = Pattern.compile("[0-9A-F]{0,16}");
  private static final Pattern RUN = Pattern.compile("[0-9A-Za-z:.+ -]{0,64}");
  private static final Pattern SNAPSHOT =
      Pattern.compile("[0-9]{1,18}:[0-9]{1,18}:(?:[0-9]{1,18}(?:,[0-9]{1,18})*)?");

  /** The opaque text. */
  String toText() {
    ByteArrayDataOutput out = ByteStreams.newDataOutput();
    out.writeByte(VERSION);
    out.writeUTF(keys.timeline());
    out.writeUTF(shortened(keys.snapshot()));
    out.writeUTF(run);
    out.writeLong(generation);
    out.writeLong(revision);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
  }

  /**
   * A snapshot with very many open transactions is told by the oldest of them: what committed since
   * is then told once more.
   */
  private static String shortened(String snapshot) {
    if (snapshot.length() <= LONGEST_SNAPSHOT) {
      return snapshot;
    }
    String oldest = snapshot.substring(0, snapshot.indexOf(':'));
    return oldest + ":" + oldest + ":";
  }

  /** Reads a position. Throws {@code INVALID_ARGUMENT} for what no node can have given. */
  static WatchPosition of(String text) {
    if (text.length() <= LONGEST) {
      try (DataInputStream in =
          new DataInputStream(new ByteArrayInputStream(Base64.getUrlDecoder().decode(text)))) {
        int version = in.readByte();
        FeedPosition keys = new FeedPosition(in.readUTF(), in.readUTF(), "");
        WatchPosition position =
            new WatchPosition(keys, in.readUTF(), in.readLong(), in.readLong());
        if (version == VERSION && in.read() < 0 && position.isPossible()) {
          return position;
        }
      } catch (IOException | IllegalArgumentException e) {
        // Said below.
      }
    }
    throw ApiException.invalid("position", "not one (expected: that of a message, or none)");
  }

  private boolean isPossible() {
    return TIMELINE.matcher(keys.timeline()).matches()
        && RUN.matcher(run).matches()
        && isSnapshot(keys.snapshot())
        && generation >= 0
        && revision >= 0;
  }

  /** What the database itself takes for a snapshot. */
  private static boolean isSnapshot(String text) {
    if (!SNAPSHOT.matcher(text).matches()) {
      return false;
    }
    String[] parts = text.split(":", -1);
    long least = Long.parseLong(parts[0]);
    long end = Long.parseLong(parts[1]);
    if (least < 1 || end < least) {
      return false;
    }
    if (!parts[2].isEmpty()) {
      for (String open : parts[2].split(",", -1)) {
        long next = Long.parseLong(open);
        if (next < least || next >= end) {
          return false;
        }
        least = next + 1;
      }
    }
    return true;
  }
}
