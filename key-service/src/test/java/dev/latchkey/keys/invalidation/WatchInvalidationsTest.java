package dev.latchkey.keys.invalidation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.DatabaseProxy;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.keys.support.TestDatabases;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.keys.v1.WatchInvalidationsResponse;
import dev.latchkey.proto.tenancy.v1.NodeState;
import io.grpc.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class WatchInvalidationsTest {
  private static final Duration BOUND = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofMillis(500);

  private static RunningKeyService first;
  private static RunningKeyService second;

  @BeforeAll
  static void start() {
    first = new RunningKeyService();
    second = RunningKeyService.beside(first);
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
  }

  private static RecentChanges recent(RunningKeyService node) {
    return node.host().context().getBean(RecentChanges.class);
  }

  private static void revoke(RunningKeyService node, CreateKeyResponse key) {
    var _ =
        node.keys()
            .revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(key.getKey().getId())
                    .setReason(RevocationReason.REVOCATION_REASON_UNUSED)
                    .build());
  }

  /** A node that has just started tells resets again, which name nothing and mean all. */
  private static Predicate<WatchInvalidationsResponse> endsAnswersOf(CreateKeyResponse key) {
    return message -> message.hasReset() || names(key).test(message);
  }

  private static Predicate<WatchInvalidationsResponse> names(CreateKeyResponse key) {
    return message -> message.getInvalidation().getKeyIdsList().contains(key.getKey().getId());
  }

  /**
   * Makes a change until the watcher has heard of it by name. What is told together with a reset is
   * not named: a new branch is told as one, for its plan is new, and it is told four times.
   */
  private static void changeUntilNamed(
      Watch watch, Runnable change, Predicate<WatchInvalidationsResponse> isNamed) {
    for (int attempt = 0; attempt < 50; attempt++) {
      change.run();
      if (!watch.until(message -> message.hasReset() || isNamed.test(message)).hasReset()) {
        return;
      }
    }
    throw new AssertionError("told by name");
  }

  private static Set<String> keysOf(List<WatchInvalidationsResponse> messages) {
    return messages.stream()
        .flatMap(message -> message.getInvalidation().getKeyIdsList().stream())
        .collect(Collectors.toSet());
  }

  private static Set<String> nodesOf(List<WatchInvalidationsResponse> messages) {
    return messages.stream()
        .flatMap(message -> message.getInvalidation().getNodeIdsList().stream())
        .collect(Collectors.toSet());
  }

  @Test
  void aRevokedKey_isTold_byTheOtherNode_andAgainOnAnyNodeThatTheStreamGoesOnAt() {
    StandInTenancy.Branch branch = first.tenancy().branch("told");
    CreateKeyResponse key = first.create(branch.workspace().getId());
    CreateKeyResponse later = first.create(branch.workspace().getId());
    String position;
    try (Watch watch = Watch.of(second, "")) {
      position = watch.next().getPosition();
      long start = System.nanoTime();
      revoke(first, key);
      var _ = watch.until(endsAnswersOf(key));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
      var _ = watch.until(endsAnswersOf(key));
    }
    revoke(second, later);

    try (Watch watch = Watch.of(first, position)) {
      WatchInvalidationsResponse missed = watch.next();
      assertThat(missed.hasReset() || (names(key).test(missed) && names(later).test(missed)))
          .as(missed.toString())
          .isTrue();
    }
  }

  @Test
  void changesOfTheTenancy_areTold_andAgainAfterAResume() {
    StandInTenancy.Branch branch = first.tenancy().branch("nodes");
    String user =
        first.member(branch.organization().getId(), branch.workspace().getId(), Role.MEMBER);
    try (Watch watch = Watch.of(second, "")) {
      String position = watch.next().getPosition();
      changeUntilNamed(
          watch,
          () ->
              first
                  .tenancy()
                  .put(branch.project().clone().setState(NodeState.NODE_STATE_SUSPENDED).build()),
          message -> message.getInvalidation().getNodeIdsList().contains(branch.project().getId()));
      changeUntilNamed(
          watch,
          () -> first.tenancy().revoke(user, branch.workspace().getId()),
          message -> message.getInvalidation().getUserIdsList().contains(user));
      try (Watch resumed = Watch.of(first, position)) {
        WatchInvalidationsResponse missed =
            resumed.until(
                message ->
                    message.hasReset()
                        || message.getInvalidation().getUserIdsList().contains(user));
        assertThat(
                missed.hasReset()
                    || missed.getInvalidation().getNodeIdsList().contains(branch.project().getId()))
            .isTrue();
      }
      first.tenancy().put(branch.plan().toBuilder().setApiAccess(false).build());
      var _ = watch.until(WatchInvalidationsResponse::hasReset);
    }
  }

  @Test
  void whatComes_whileAStreamTellsOfSomethingElse_isNotWaitedFor() {
    RecentChanges recent = recent(first);
    long from = recent.since(Duration.ZERO);
    revoke(first, first.create(first.tenancy().branch("while").workspace().getId()));
    Conditions.await("it has come", () -> !recent.take(from, Duration.ZERO).changes().isEmpty());
    Conditions.await("nothing comes after it", () -> isQuiet(recent));

    long start = System.nanoTime();
    recent.await(from, BOUND.multipliedBy(10));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
  }

  /** Whether nothing comes for a time: whoever waits for more would not be woken by chance. */
  private static boolean isQuiet(RecentChanges recent) {
    long from = recent.since(Duration.ZERO);
    recent.await(from, QUIET);
    return recent.take(from, Duration.ZERO).changes().isEmpty();
  }

  @Test
  void aCallerOfANode_hearsOnlyWhatConcernsIt() {
    StandInTenancy.Branch own = first.tenancy().branch("own");
    StandInTenancy.Branch other = first.tenancy().branch("other");
    Secret caller =
        Secret.of(first.create(own.project().getId(), Scopes.KEYS_AUTHENTICATE).getSecret());
    List<String> otherKeys = new ArrayList<>();
    List<WatchInvalidationsResponse> heard = new ArrayList<>();
    try (Watch watch = Watch.of(second, caller, "")) {
      var _ = watch.next();
      changeUntilNamed(
          watch,
          () -> {
            CreateKeyResponse otherKey = first.create(other.workspace().getId());
            otherKeys.add(otherKey.getKey().getId());
            revoke(first, otherKey);
            first.tenancy().put(other.workspace().clone().setDisplayName("renamed").build());
            first.tenancy().put(own.organization().clone().setDisplayName("renamed").build());
            first.tenancy().put(own.workspace().clone().setDisplayName("renamed").build());
            revoke(first, first.create(own.workspace().getId()));
          },
          message -> {
            heard.add(message);
            // Keys and tenancy come by two feeds, in an order of their own each.
            return !keysOf(heard).isEmpty()
                && nodesOf(heard)
                    .containsAll(List.of(own.organization().getId(), own.workspace().getId()));
          });

      assertThat(keysOf(heard)).doesNotContainAnyElementsOf(otherKeys);
      assertThat(nodesOf(heard)).doesNotContain(other.workspace().getId());
    }
  }

  @Test
  void theStreamOfAKeyThatIsRevoked_ends() {
    CreateKeyResponse key =
        first.create(first.tenancy().branch("ends").project().getId(), Scopes.KEYS_AUTHENTICATE);
    try (Watch watch = Watch.of(second, Secret.of(key.getSecret()), "")) {
      var _ = watch.next();
      revoke(first, key);

      assertThat(watch.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }
  }

  @Test
  void aPositionThatIsTooOld_isAnsweredWithAReset() throws SQLException {
    try (RunningKeyService alone = new RunningKeyService()) {
      String position;
      try (Watch watch = Watch.of(alone, "")) {
        position = watch.next().getPosition();
      }
      try (Connection connection = alone.database();
          Statement statement = connection.createStatement()) {
        statement.execute("SELECT pg_current_xact_id()");
        statement.execute("UPDATE key_change_floor SET snapshot = pg_current_snapshot()");
      }

      try (Watch watch = Watch.of(alone, position)) {
        assertThat(watch.next().hasReset()).isTrue();
      }
    }
  }

  @Test
  void whatIsNoPosition_isRefused() {
    Random random = new Random(3);
    byte[] noise = new byte[60];
    random.nextBytes(noise);
    List<String> texts =
        List.of(
            "x",
            "*",
            "AAAA",
            "a".repeat(2_000),
            Base64.getUrlEncoder().withoutPadding().encodeToString(noise));
    for (String text : texts) {
      try (Watch watch = Watch.of(first, text)) {
        assertThat(watch.end().getCode()).as(text).isEqualTo(Status.Code.INVALID_ARGUMENT);
      }
    }
    String good;
    try (Watch watch = Watch.of(first, "")) {
      good = watch.next().getPosition();
    }
    byte[] bytes = Base64.getUrlDecoder().decode(good);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= (byte) (1 + random.nextInt(255));
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
      try {
        assertThat(WatchPosition.of(text).toText()).isEqualTo(text);
      } catch (dev.latchkey.kit.errors.ApiException refused) {
        assertThat(refused).hasMessageContaining("position");
      }
    }
  }

  @Test
  void aNodeThatEnds_sendsItsStreamsElsewhere() {
    RunningKeyService third = RunningKeyService.beside(first);
    try (Watch watch = Watch.of(third, "")) {
      var _ = watch.next();
      third.host().close();

      assertThat(watch.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    } finally {
      third.close();
    }
  }

  @Test
  void aChange_isToldOnceMore_whenNoNodeGoesByWhatItHadInMemoryBefore() {
    CreateKeyResponse key = first.create(first.tenancy().branch("again").workspace().getId());
    try (RunningKeyService third =
            RunningKeyService.beside(first, Map.of("LATCHKEY_TRUST_WINDOW", "2s"));
        Watch watch = Watch.of(third, "")) {
      var _ = watch.next();
      revoke(first, key);
      long revoked = System.nanoTime();
      var _ =
          watch.until(
              message ->
                  endsAnswersOf(key).test(message)
                      && System.nanoTime() - revoked > Duration.ofMillis(3_300).toNanos());
    }
  }

  @Test
  void aNodeThatHearsNoLog_sendsNoHeartbeats() {
    try (DatabaseProxy proxy = new DatabaseProxy(TestDatabases.create());
        RunningKeyService alone =
            RunningKeyService.behind(proxy, Map.of("LATCHKEY_TRUST_WINDOW", "1s"));
        Watch watch = Watch.of(alone, "")) {
      var _ = watch.until(WatchInvalidationsResponse::hasHeartbeat);
      proxy.silence();
      long silent = System.nanoTime();
      long last = silent;
      while (watch.speaks()) {
        last = System.nanoTime();
        assertThat(Duration.ofNanos(last - silent)).isLessThan(Duration.ofSeconds(3));
      }
      // So that the node can end without waiting for it.
      proxy.resume();
    }
  }

  /** A key, and since when it must be refused; 0 for never. */
  private static final class Modelled {
    final CreateKeyResponse key;
    final StandInTenancy.Branch branch;
    final @Nullable String user;
    boolean revoked;
    boolean suspended;
    boolean removed;
    long denied;

    Modelled(CreateKeyResponse key, StandInTenancy.Branch branch, @Nullable String user) {
      this.key = key;
      this.branch = branch;
      this.user = user;
    }

    void changed() {
      boolean stopped = revoked || suspended || removed;
      denied = !stopped ? 0 : denied == 0 ? System.nanoTime() : denied;
    }
  }

  @Test
  void aCacheThatFollows_isNeverWrongForLongerThanASecond() {
    Random random = new Random(11);
    List<Modelled> keys = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      StandInTenancy.Branch branch = first.tenancy().branch("model-" + i);
      String workspace = branch.workspace().getId();
      String user = first.member(branch.organization().getId(), workspace, Role.MEMBER);
      second.awaitRole(user, workspace, Role.MEMBER);
      keys.add(new Modelled(first.create(workspace), branch, null));
      keys.add(new Modelled(first.create(workspace), branch, null));
      keys.add(new Modelled(first.createFor(user, workspace), branch, user));
    }
    int hits = 0;
    try (FollowingCache cache =
        new FollowingCache(
            credential -> (random.nextBoolean() ? first : second).authenticate(credential))) {
      cache.follow(first);
      Conditions.await(
          "the cache is in use",
          () -> {
            keys.forEach(key -> cache.get(key.key.getSecret()));
            return cache.size() > 0;
          });
      for (int round = 0; round < 150; round++) {
        change(keys.get(random.nextInt(keys.size())), keys, random);
        if (round % 25 == 24) {
          cache.follow(round % 50 == 24 ? second : first);
        }
        for (int look = 0; look < 8; look++) {
          hits += cache.size();
          for (Modelled key : keys) {
            long since = key.denied == 0 ? 0 : System.nanoTime() - key.denied;
            boolean allowed = cache.get(key.key.getSecret()).hasAllowed();
            assertThat(allowed && since > BOUND.toNanos())
                .as("allowed %d ms after it was denied", since / 1_000_000)
                .isFalse();
          }
          LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
      }
    }
    assertThat(hits).as("the cache was in use").isPositive();
  }

  private static void change(Modelled chosen, List<Modelled> all, Random random) {
    StandInTenancy.Branch branch = chosen.branch;
    switch (random.nextInt(6)) {
      case 0 -> {
        if (!chosen.revoked) {
          revoke(random.nextBoolean() ? first : second, chosen.key);
          chosen.revoked = true;
        }
      }
      case 1 -> {
        if (chosen.user != null && !chosen.removed) {
          first.tenancy().revoke(chosen.user, branch.workspace().getId());
          chosen.removed = true;
        }
      }
      default -> {
        boolean suspend = !chosen.suspended;
        NodeState state = suspend ? NodeState.NODE_STATE_SUSPENDED : NodeState.NODE_STATE_ACTIVE;
        first.tenancy().put(branch.project().clone().setState(state).build());
        all.stream()
            .filter(key -> key.branch.equals(branch))
            .forEach(key -> key.suspended = suspend);
      }
    }
    all.forEach(Modelled::changed);
  }
}
