package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RedisServer;
import dev.latchkey.kit.limits.RateLimit;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes that share limits through a real Redis, and what happens when it fails them. */
final class SharedLimitsTest {
  private static final int CALLERS_PER_NODE = 64;
  private static final Duration BRIEF = Duration.ofMillis(20);

  /** Before it is written, and once more in the script that writes. */
  private static final int READS_OF_A_BATCH = 2;

  /** A second, and as much again for a machine that does other things. */
  private static final Duration WITHIN = Duration.ofSeconds(2);

  private RedisServer redis;

  @BeforeEach
  void start() {
    redis = new RedisServer();
  }

  @AfterEach
  void stop() {
    redis.close();
  }

  private static AppliedLimit hourly(long amount) {
    return new AppliedLimit(
        new RateLimit("data", amount, Duration.ofHours(1), 0, true),
        AppliedLimit.Scope.NODE,
        UUID.randomUUID());
  }

  /** How many of many calls are admitted, made by callers of every node at once. */
  private static int admitted(LimitNodes nodes, AppliedLimit limit, int callsPerCaller)
      throws InterruptedException {
    AtomicInteger admitted = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(nodes.all().size() * CALLERS_PER_NODE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (RedisLimits node : nodes.all()) {
        for (int caller = 0; caller < CALLERS_PER_NODE; caller++) {
          threads.execute(
              () -> {
                for (int i = 0; i < callsPerCaller; i++) {
                  if (RateLimiterContract.draw(node, 1, limit) instanceof RateLimiter.Draw.Taken) {
                    admitted.incrementAndGet();
                  }
                }
                done.countDown();
              });
        }
      }
      done.await();
    }
    return admitted.get();
  }

  private static boolean takes(RateLimiter limiter, AppliedLimit limit) {
    return RateLimiterContract.draw(limiter, 1, LimitNodes.ofOneNode(limit))
        instanceof RateLimiter.Draw.Taken;
  }

  @Test
  void hotCounterOfThreeNodes_givesItsLimit_neitherMoreNorLess() throws InterruptedException {
    try (LimitNodes nodes = new LimitNodes(redis.url(), 3)) {
      AppliedLimit limit = hourly(5_000);
      long began = System.nanoTime();

      int admitted = admitted(nodes, limit, 100);

      double seconds = (System.nanoTime() - began) / 1e9;
      System.out.printf(
          "hot counter: %d of 5000 admitted, %.0f calls/s, mean %.0f µs, late %.0f, local %.0f%n",
          admitted,
          3 * CALLERS_PER_NODE * 100 / seconds,
          nodes.meanMicros(),
          nodes.count("redis.late"),
          nodes.count("local.decisions"));
      assertThat(admitted).isBetween(5_000, 5_050);
    }
  }

  @Test
  void drawsThatComeWhileAnAnswerIsUnderWay_goTogether_andEachHasAnAnswerOfItsOwn() {
    List<AppliedLimit> limits = Stream.generate(() -> hourly(100)).limit(3).toList();
    try (LimitNodes nodes = new LimitNodes(redis.url(), 1)) {
      // The first draw of a counter makes it.
      assertThat(limits).allMatch(limit -> takes(nodes.get(0), limit));
      assertThat(redis.call("CONFIG RESETSTAT")).startsWith("+OK");
      redis.freeze();
      List<List<RateLimiter.Draw>> draws =
          limits.stream().map(limit -> begun(nodes, limit)).toList();
      redis.thaw();

      for (List<RateLimiter.Draw> ofOne : draws) {
        List<RateLimiter.Draw> settled = ofOne.stream().map(SharedLimitsTest::settled).toList();
        assertThat(settled).filteredOn(RateLimiter.Draw.Refused.class::isInstance).hasSize(61);
        assertThat(settled)
            .filteredOn(RateLimiter.Draw.Taken.class::isInstance)
            .extracting(draw -> ((RateLimiter.Draw.Taken) draw).readings().getFirst().remaining())
            .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 99).boxed().toList());
      }
      assertThat(nodes.count("local.decisions")).isZero();
      assertThat(calls("get"))
          .as("of each counter the first draw, and with the next all that came meanwhile")
          .isEqualTo(2 * READS_OF_A_BATCH * limits.size());
    }
  }

  /** 160 draws that nobody has waited for. */
  private static List<RateLimiter.Draw> begun(LimitNodes nodes, AppliedLimit limit) {
    return Stream.generate(() -> nodes.get(0).draw(List.of(limit), 1)).limit(160).toList();
  }

  private static RateLimiter.Draw settled(RateLimiter.Draw draw) {
    return ((RateLimiter.Draw.Pending) draw).draw().join();
  }

  /** How often Redis was asked for something since it last forgot its statistics. */
  private int calls(String command) {
    Matcher calls =
        Pattern.compile("cmdstat_" + command + ":calls=(\\d+)")
            .matcher(redis.call("INFO commandstats"));
    assertThat(calls.find()).as(command).isTrue();
    return Integer.parseInt(calls.group(1));
  }

  @Test
  void whatNodesLetThroughWhileRedisPaused_isCountedOnceItGoesOn() {
    try (LimitNodes nodes = new LimitNodes(redis.url(), 3, BRIEF)) {
      AppliedLimit limit = hourly(600);
      long admitted = 0;
      for (RedisLimits node : nodes.all()) {
        admitted += admitted(node, limit, 30);
      }
      redis.freeze();
      for (RedisLimits node : nodes.all()) {
        long alone = admitted(node, limit, 400);
        assertThat(alone).as("its part of what was left").isBetween(60L, 200L);
        admitted += alone;
      }
      redis.thaw();
      nodes.awaitShared(true);

      for (RedisLimits node : nodes.all()) {
        admitted += admitted(node, limit, 600);
      }

      assertThat(admitted).isBetween(597L, 603L);
    }
  }

  @Test
  void callThatWasLetThroughAlone_andGivenBack_isNotCounted() {
    try (LimitNodes nodes = new LimitNodes(redis.url(), 1, BRIEF)) {
      AppliedLimit limit = hourly(3);
      assertThat(takes(nodes.get(0), limit)).isTrue();
      redis.freeze();
      assertThat(RateLimiterContract.draw(nodes.get(0), 1, limit))
          .isInstanceOfSatisfying(
              RateLimiter.Draw.Taken.class,
              taken -> {
                assertThat(nodes.count("redis.late")).isEqualTo(1);
                // As where credits do not suffice.
                taken.giveBack();
              });
      redis.thaw();
      Conditions.await("what was given back", () -> available(nodes.get(0), limit) == 2);
    }
  }

  /** What is left of it, by a draw that no limit has room for. */
  private static long available(RateLimiter node, AppliedLimit limit) {
    return RateLimiterContract.draw(node, Long.MAX_VALUE / 2, limit)
            instanceof RateLimiter.Draw.Refused refused
        ? refused.readings().getFirst().remaining()
        : -1;
  }

  @Test
  void nodesThatStartWithoutRedis_countAlone_andTogetherWithinASecondOfItsStart() {
    redis.kill();
    try (LimitNodes nodes = new LimitNodes(redis.url(), 2, BRIEF, false)) {
      AppliedLimit limit = hourly(6);
      for (RedisLimits node : nodes.all()) {
        assertThat(node.isShared()).isFalse();
        assertThat(admitted(node, limit, 3)).isEqualTo(3);
      }
      redis.restart();
      long began = System.nanoTime();
      nodes.awaitShared(true);

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(WITHIN);
      for (RedisLimits node : nodes.all()) {
        assertThat(admitted(node, hourly(2), 3)).isEqualTo(2);
        var _ = takes(node, limit);
      }
      assertThat(takes(nodes.get(0), limit)).as("of what was given alone").isFalse();
    }
  }

  private static long admitted(RateLimiter node, AppliedLimit limit, int calls) {
    return IntStream.range(0, calls).filter(call -> takes(node, limit)).count();
  }

  @Test
  void wholeLimit_isThereForOneNodeAlone() {
    try (LimitNodes nodes = new LimitNodes(redis.url(), 3)) {
      AppliedLimit limit = hourly(30);
      for (RedisLimits node : nodes.all()) {
        assertThat(takes(node, limit)).isTrue();
      }
      for (int i = 0; i < 27; i++) {
        assertThat(takes(nodes.get(1), limit)).isTrue();
      }
      for (RedisLimits node : nodes.all()) {
        assertThat(takes(node, limit)).isFalse();
      }
    }
  }

  @Test
  void everyKeyInRedis_expires() {
    try (LimitNodes nodes = new LimitNodes(redis.url(), 1)) {
      AppliedLimit limit = hourly(3);
      assertThat(takes(nodes.get(0), limit)).isTrue();
      assertThat(redis.call("PTTL " + RedisCounters.key(limit)))
          .satisfies(
              answer ->
                  assertThat(Long.parseLong(answer.substring(1).strip()))
                      .isBetween(3_590_000L, 3_600_000L));
      assertThat(redis.call("PTTL latchkey:nodes")).doesNotContain("-1");
    }
  }

  @Test
  void killedRedis_isCountedAround_goingOnFromWhatItLastSaid_andSharedAgainWhenItIsBack() {
    try (LimitNodes nodes = new LimitNodes(redis.url(), 2, Duration.ofMillis(20))) {
      AppliedLimit limit = hourly(10);
      for (int i = 0; i < 8; i++) {
        assertThat(takes(nodes.get(0), limit)).isTrue();
      }
      double alone = nodes.count("local.decisions");
      redis.kill();

      assertThat(takes(nodes.get(0), limit)).isTrue();
      assertThat(takes(nodes.get(0), limit)).as("the tenth, which is the other's").isFalse();
      assertThat(nodes.count("local.decisions") - alone).isEqualTo(2);
      assertThat(nodes.count("redis.failed")).isPositive();

      for (RedisLimits node : nodes.all()) {
        Conditions.await(
            "Redis asked no more",
            () -> {
              assertThat(takes(node, hourly(1))).as("a limit of which nothing is known").isTrue();
              return !node.isShared();
            });
      }

      redis.restart();
      long began = System.nanoTime();
      nodes.awaitShared(true);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(WITHIN);
      AppliedLimit next = hourly(2);
      assertThat(takes(nodes.get(0), next)).isTrue();
      assertThat(takes(nodes.get(1), next)).isTrue();
      assertThat(takes(nodes.get(0), next)).isFalse();
    }
  }

  @Test
  void silentRedis_makesAFewCallsWaitForTheTimeout_andThenNone() {
    Duration timeout = Duration.ofMillis(50);
    try (LimitNodes nodes = new LimitNodes(redis.url(), 1, timeout)) {
      AppliedLimit limit = hourly(1_000_000);
      for (int i = 0; i < 200; i++) {
        assertThat(takes(nodes.get(0), limit)).isTrue();
      }
      redis.freeze();

      long[] nanos = new long[2_000];
      for (int i = 0; i < nanos.length; i++) {
        long began = System.nanoTime();
        assertThat(takes(nodes.get(0), limit)).isTrue();
        nanos[i] = System.nanoTime() - began;
      }
      Arrays.sort(nanos);
      System.out.printf(
          "silent: p50 %d µs, p99 %d µs, worst %d µs%n",
          nanos[1_000] / 1_000, nanos[1_980] / 1_000, nanos[1_999] / 1_000);
      assertThat(nodes.count("redis.late")).isBetween(1.0, 10.0);
      assertThat(nanos[1_980]).as("p99").isLessThan(timeout.toNanos() / 2);

      redis.thaw();
      nodes.awaitShared(true);
      assertThat(takes(nodes.get(0), limit)).isTrue();
    }
  }

  @Test
  void flushedRedis_beginsNewWindows_andFailsNoCall() throws InterruptedException {
    try (LimitNodes nodes = new LimitNodes(redis.url(), 3)) {
      AppliedLimit limit = hourly(500);
      assertThat(admitted(nodes, limit, 5)).isBetween(500, 505);
      assertThat(redis.call("FLUSHALL")).startsWith("+OK");

      assertThat(admitted(nodes, limit, 5)).isBetween(500, 505);
    }
  }
}
