package dev.latchkey.harness.bench;

import dev.latchkey.harness.attack.LiveHeap;
import dev.latchkey.harness.attack.Samples;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateBatchRequest;
import dev.latchkey.proto.keys.v1.AuthenticateBatchResponse;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The heap that a key costs for being in key-service's memory: what the objects in use take more
 * with many keys than with fewer, all of them in a few environments.
 */
final class HeapBench implements Benchmark {
  private static final int FEW = 20_000;
  private static final int MANY = 100_000;
  private static final int BATCH = 1_000;
  private static final int PRINTED = 20;
  private static final int TOLD = 3;

  /** The keys of callers: this program's own, and those of services. */
  private static final int MOST_OTHERS = 10;

  private static final Duration WRITTEN_LIMIT = Duration.ofMinutes(1);

  @Override
  public String name() {
    return "heap";
  }

  @Override
  public String description() {
    return "Heap of key-service for each key in its memory.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) {
    say(out, "starting key-service and tenant-service");
    try (Platform platform =
        Platform.start(Platform.FULL_SPEED, Service.TENANT_SERVICE, Service.KEY_SERVICE)) {
      say(out, "importing %,d keys".formatted(MANY));
      List<Secret> keys = new ImportedKeys(platform).make(MANY);
      // What importing has left in memory is not asked about.
      platform.service(Service.KEY_SERVICE).stop();
      platform.start(Service.KEY_SERVICE);
      LiveHeap none = heap(platform, 0, out);
      authenticate(platform, keys.subList(0, FEW));
      LiveHeap few = heap(platform, FEW, out);
      authenticate(platform, keys.subList(FEW, MANY));
      LiveHeap many = heap(platform, MANY, out);
      LiveHeap more = many.minus(few);
      out.printf(
          "%nbytes for each key, by class:%n%s%n", byClass(more, PRINTED, System.lineSeparator()));
      return List.of(
          new Result(
              name(),
              "Heap per cached key, contexts shared",
              "",
              Bound.atMost(500, 300, " B"),
              (double) more.total() / (MANY - FEW),
              String.format(
                  Locale.ROOT,
                  "objects in use: %,d B with no key authenticated, %,d B with %,d, %,d B with %,d;"
                      + " compact object headers; the largest for each key: %s",
                  none.total(),
                  few.total(),
                  FEW,
                  many.total(),
                  MANY,
                  byClass(more, TOLD, ", "))));
    }
  }

  /** Asks about each key once. */
  private static void authenticate(Platform platform, List<Secret> keys) {
    long before = written(platform);
    for (int done = 0; done < keys.size(); done += BATCH) {
      AuthenticateBatchResponse answers =
          platform
              .operator()
              .authentication()
              .authenticateBatch(
                  AuthenticateBatchRequest.newBuilder()
                      .addAllRequests(
                          keys.subList(done, done + BATCH).stream()
                              .map(AuthenticateGround::request)
                              .toList())
                      .build());
      if (!answers.getResponsesList().stream().allMatch(AuthenticateResponse::hasAllowed)) {
        throw new IllegalStateException("a key was denied");
      }
    }
    // Until then counters of usage are there that do not stay.
    Await.until(
        WRITTEN_LIMIT,
        () -> written(platform) >= before + keys.size() && kept(platform) <= MOST_OTHERS,
        () -> "the usage of %,d keys is not written".formatted(keys.size()));
  }

  /** Of how many keys it is written when they were used last. */
  private static long written(Platform platform) {
    try (Connection database = platform.database(Service.KEY_SERVICE).connect();
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM key_last_use")) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of how many keys counters are kept, in case they go on being used. */
  private static double kept(Platform platform) {
    return Samples.sum(platform.service(Service.KEY_SERVICE).metrics(), "latchkey_usage_kept");
  }

  /** The heap, with so many keys in memory. */
  private static LiveHeap heap(Platform platform, int keys, PrintWriter out) {
    double cached =
        Samples.sum(platform.service(Service.KEY_SERVICE).metrics(), "latchkey_keys_cached");
    if (cached < keys || cached > keys + MOST_OTHERS) {
      throw new IllegalStateException(
          "%,.0f keys in memory (expected: %,d)".formatted(cached, keys));
    }
    LiveHeap heap = LiveHeap.of(platform.service(Service.KEY_SERVICE).handle());
    say(out, "%,.0f keys in memory: %,d B in use".formatted(cached, heap.total()));
    return heap;
  }

  private static String byClass(LiveHeap more, int most, String between) {
    return largest(more, most)
        .map(
            one ->
                String.format(
                    Locale.ROOT, "%s %.1f B", one.getKey(), (double) one.getValue() / (MANY - FEW)))
        .collect(Collectors.joining(between));
  }

  private static Stream<Map.Entry<String, Long>> largest(LiveHeap more, int most) {
    return more.bytes().entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(most);
  }

  private static void say(PrintWriter out, String what) {
    out.println(what);
    out.flush();
  }
}
