package dev.latchkey.kit.grpc;

import java.util.List;

/**
 * How many of its buffers Netty watches, to tell in the log of those that nobody gives back: one in
 * 4,096. Its own choice is one in 128; each costs a stack trace on a request's way, which was more
 * than a twentieth of a busy service's time. At the rates where time matters there still is one
 * every few milliseconds.
 */
public final class BufferLeaks {
  /** Of Netty itself, and of the copy that gRPC brings along. */
  private static final List<String> INTERVALS =
      List.of(
          "io.netty.leakDetection.samplingInterval",
          "io.grpc.netty.shaded.io.netty.leakDetection.samplingInterval");

  private static final String ONE_IN = "4096";

  private BufferLeaks() {}

  /**
   * Says so to Netty, unless it was told something by the command line. To be called before Netty
   * is used: it asks once.
   */
  public static void watchFew() {
    for (String interval : INTERVALS) {
      if (System.getProperty(interval) == null) {
        System.setProperty(interval, ONE_IN);
      }
    }
  }
}
