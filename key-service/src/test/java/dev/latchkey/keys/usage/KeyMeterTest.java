package dev.latchkey.keys.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.support.KnownKeys;
import dev.latchkey.kit.net.FixedAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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
    return key.terms().rights().current();
  }

  private static FixedAddress address(int last) {
    return FixedAddress.of(InetAddress.ofLiteral("192.0.2." + last));
  }

  private List<Tally> taken() {
    meters.drain(buffer::add);
    return buffer.take(Integer.MAX_VALUE);
  }

  private static long counted(List<Tally> tallies, Decision decision) {
    return tallies.stream().mapToLong(tally -> tally.counts()[Outcomes.of(decision)]).sum();
  }

  @Test
  void everyCount_isTakenOnce_howeverTakingAndCountingRace() throws Exception {
    UUID key = UUID.randomUUID();
    // A key that comes into memory again has another.
    assertEveryCountIsTakenOnce(() -> Meters.of(meters, key, List.of()));
  }

  @Test
  void everyCountOfAKeyThatGoesOnBeingUsed_isTakenOnce() throws Exception {
    KeyMeter meter = Meters.of(meters, UUID.randomUUID(), List.of());
    assertEveryCountIsTakenOnce(() -> meter);
  }

  private void assertEveryCountIsTakenOnce(Supplier<KeyMeter> meter) throws Exception {
    int threads = 8;
    int each = 100_000;
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
        FixedAddress client = address(t);
        counters.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < each; i++) {
                    meter.get().count(i % 2 == 0 ? DENIED : ALLOWED, client, i % 3 * MINUTE);
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
    for (int t = 0; t < threads; t++) {
      FixedAddress client = address(t);
      assertThat(all.stream().mapToLong(tally -> tally.addresses().getOrDefault(client, 0L)).sum())
          .isEqualTo(each);
    }
    assertThat(all.stream().map(Tally::minute).distinct()).containsExactlyInAnyOrder(0L, 1L, 2L);
  }

  /** Counts a decision for each of some minutes, and takes what was counted in between. */
  private Set<MinuteCounts> use(KeyMeter meter, FixedAddress client, int minutes) {
    Set<MinuteCounts> used = new HashSet<>();
    for (int minute = 0; minute < minutes; minute++) {
      meter.count(ALLOWED, client, minute * MINUTE);
      meter.count(ALLOWED, client, (minute + 1) * MINUTE);
      meters.drain(
          counts -> {
            used.add(counts);
            buffer.add(counts);
          });
      assertThat(buffer.take(10))
          .hasSize(2)
          .allSatisfy(
              tally -> {
                assertThat(tally.sum()).isEqualTo(1);
                assertThat(tally.addresses()).containsExactly(Map.entry(client, 1L));
              });
    }
    return used;
  }

  @Test
  void aKeyThatGoesOnBeingUsed_takesTurnsWithTwoCounters() {
    KeyMeter meter = Meters.of(meters, UUID.randomUUID(), List.of());
    assertThat(use(meter, address(1), 20)).hasSize(2);
    assertThat(use(meter, address(2), 20)).as("from somewhere else").hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void nothingOfWhatWasTaken_countsAgain() {
    KeyMeter meter = Meters.of(meters, UUID.randomUUID(), List.of());
    meter.count(DENIED, address(1), MINUTE);
    meter.count(ALLOWED, address(1), MINUTE);
    meter.count(ALLOWED, address(2), MINUTE);
    assertThat(counted(taken(), DENIED)).isEqualTo(1);
    assertThat(meter.isIdle()).isTrue();

    meter.count(ALLOWED, null, MINUTE);
    assertThat(meter.isIdle()).isFalse();
    Tally tally = taken().getFirst();
    assertThat(tally.sum()).isEqualTo(1);
    assertThat(counted(List.of(tally), ALLOWED)).isEqualTo(1);
    assertThat(tally.addresses()).isEmpty();
    assertThat(tally.lastClient()).isNull();
  }

  @Test
  void countersOfAKeyThatIsNotUsed_areForgotten() {
    KeyMeter used = Meters.of(meters, UUID.randomUUID(), List.of());
    KeyMeter unused = Meters.of(meters, UUID.randomUUID(), List.of());
    used.count(ALLOWED, null, MINUTE);
    unused.count(ALLOWED, null, MINUTE);
    assertThat(taken()).hasSize(2);
    used.count(ALLOWED, null, MINUTE);
    meters.forgetUnused();
    assertThat(meters.kept()).isZero();
    unused.count(ALLOWED, null, MINUTE);

    assertThat(taken()).hasSize(2);
    assertThat(meters.counting()).isZero();
  }

  @Test
  void addressesBeyondTheBound_areNotKeptApart_butTheirDecisionsCount() {
    KeyMeter meter = Meters.of(meters, UUID.randomUUID(), List.of());
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
    KeyMeter one = Meters.of(meters, UUID.randomUUID(), List.of());
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
      Meters.of(meters, UUID.randomUUID(), List.of()).count(DENIED, null, 9_000 * MINUTE);
    }
    meters.drain(small::add);
    small.limit();
    List<Tally> left = small.take(100);
    assertThat(left).hasSize(10).allSatisfy(tally -> assertThat(tally.minute()).isEqualTo(8_640));
    assertThat(small.dropped()).isEqualTo(120);
  }
}
