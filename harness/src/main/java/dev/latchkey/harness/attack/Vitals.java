package dev.latchkey.harness.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process takes of the machine, as Linux tells it. */
public final class Vitals {
  private static final long KIB = 1024;

  private Vitals() {}

  /** Resident memory in bytes; 0 where the process is gone. */
  public static long residentBytes(ProcessHandle process) {
    return status(process, "VmRSS:");
  }

  /**
   * The part of its resident memory that is no part of a file, in bytes: what no other process can
   * have in common with it. 0 where the process is gone.
   */
  public static long anonymousBytes(ProcessHandle process) {
    return status(process, "RssAnon:");
  }

  private static long status(ProcessHandle process, String field) {
    try (Stream<String> lines = Files.lines(proc(process).resolve("status"))) {
      return lines
              .filter(line -> line.startsWith(field))
              .map(line -> line.replaceAll("\\D", ""))
              .mapToLong(Long::parseLong)
              .findFirst()
              .orElse(0)
          * KIB;
    } catch (IOException gone) {
      return 0;
    }
  }

  /** Open file handles, sockets among them; 0 where the process is gone. */
  public static long fileHandles(ProcessHandle process) {
    try (Stream<Path> handles = Files.list(proc(process).resolve("fd"))) {
      return handles.count();
    } catch (IOException gone) {
      return 0;
    }
  }

  /**
   * What the objects that are in use take of the heap, in bytes: a Java process collects all its
   * garbage and counts. It stands still meanwhile.
   *
   * @throws IllegalStateException if it does not answer
   */
  public static long liveHeapBytes(ProcessHandle process) {
    return LiveHeap.of(process).total();
  }

  private static Path proc(ProcessHandle process) {
    return Path.of("/proc", Long.toString(process.pid()));
  }
}
