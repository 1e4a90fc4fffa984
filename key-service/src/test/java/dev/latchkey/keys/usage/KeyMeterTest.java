package dev.latchkey.keys.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.support.KnownKeys;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Counting, while what was counted is taken away again and again. */
final class KeyMeterTest {
  private static final Decision DENIED = Decision.denied(DenialReason.DISABLED);
  private static final Decision ALLOWED = allowed();
  private static final long MINUTE = 60_000;

  private final UsageMeters meters = new UsageMeters();
  private final UsageBuffer buffer = new UsageBuffer(1_000);

  private static Decision allowed() {
    KnownKey key = KnownKeys.of(UUID.randomUUID(), Tenant.PLATFORM, List.of());
    return new Decision.Allowed(key, key.terms().rights().current());
  }

  private static InetAddress address(int last) {
    return InetAddress.ofLiteral("192.0.2." + last);
  }

  private List<Tally> taken() {
    meters.drain(buffer::add);
    return buffer.take(Integer.MAX_VALUE);
  }

  private static long addressed(List<Tally> tallies) {
    return tallies.stream()
        .flatMap(tally -> tally.addresses().values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  private static long counted(List<Tally> tallies, Decision decision) {
    return tallies.stream().mapToLong(tally -> tally.counts()[Outcomes.of(decision)]).sum();
  }

  @Test
  void everyCount_isTakenOnce_howeverTakingAndCountingRace() throws Exception {
    int threads = 8;
    int each = 100_000;
    UUID key = UUID.randomUUID();
    AtomicBoolean counting = new AtomicBoolean(true);
    List<Tally> all = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads + 1)) {
      Future<?> taker =
          pool.submit(
              () -> {
                while (counting.get()) {
                  all.addAll(taken());
                }
              });
      List<Future<?>> counters = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        InetAddress client = address(t);
        counters.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < each; i++) {
                    // A key that comes into memory again has another.
                    meters
                        .of(key, List.of())
                        .count(i % 2 == 0 ? DENIED : ALLOWED, client, i % 3 * MINUTE);
                  }
                }));
      }
      for (Future<?> counter : counters) {
        counter.get();
      }
      counting.set(false);
      taker.get();
    }
    all.addAll(taken());

    assertThat(counted(all, ALLOWED)).isEqualTo((long) threads * each / 2);
    assertThat(counted(all, DENIED)).isEqualTo((long) threads * each / 2);
    assertThat(addressed(all)).isEqualTo((long) threads * each);
    assertThat(all.stream().map(Tally::minute).distinct()).containsExactlyInAnyOrder(0L, 1L, 2L);
  }

  @Test
  void addressesBeyondTheBound_areNotKeptApart_butTheirDecisionsCount() {
    KeyMeter meter = meters.of(UUID.randomUUID(), List.of());
    for (int i = 0; i < 250; i++) {
      meter.count(DENIED, address(i), MINUTE);
      meter.count(DENIED, address(0), MINUTE);
    }

    Tally tally = taken().getFirst();

    assertThat(tally.sum()).isEqualTo(500);
    assertThat(tally.addresses()).hasSize(AddressCounts.MOST).containsEntry(address(0), 251L);
  }

  @Test
  void aBufferThatIsFull_mergesHours_thenDays_andDropsTheOldestLast() {
    UsageBuffer small = new UsageBuffer(10);
    KeyMeter one = meters.of(UUID.randomUUID(), List.of());
    for (int minute = 0; minute < 90; minute++) {
      one.count(DENIED, address(1), minute * MINUTE);
    }
    meters.drain(small::add);
    small.limit();
    assertThat(small.size()).as("two hours").isEqualTo(2);

    for (int hour = 0; hour < 30; hour++) {
      one.count(DENIED, address(1), hour * 60L * MINUTE);
    }
    meters.drain(small::add);
    small.limit();
    assertThat(small.size()).as("two days").isEqualTo(2);
    assertThat(small.dropped()).isZero();

    for (int key = 0; key < 10; key++) {
      meters.of(UUID.randomUUID(), List.of()).count(DENIED, null, 9_000 * MINUTE);
    }
    meters.drain(small::add);
    small.limit();
    List<Tally> left = small.take(100);
    assertThat(left).hasSize(10).allSatisfy(tally -> assertThat(tally.minute()).isEqualTo(8_640));
    assertThat(small.dropped()).isEqualTo(120);
  }
}
