package dev.latchkey.keys.invalidation;

import dev.latchkey.keys.access.CallerCheck;
import dev.latchkey.keys.authenticate.TrustSettings;
import dev.latchkey.keys.feed.KeyHistory;
import dev.latchkey.keys.feed.Pulse;
import dev.latchkey.keys.feed.Pulses;
import dev.latchkey.keys.tenancy.TenancyHistory;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.kit.access.AccessRules;
import dev.latchkey.kit.access.BearerTokens;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.ManagementInterceptor;
import dev.latchkey.kit.access.Peers;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.kit.stream.Outlet;
import dev.latchkey.kit.stream.Streams;
import dev.latchkey.proto.access.v1.AccessRule;
import dev.latchkey.proto.keys.v1.InvalidationServiceGrpc;
import dev.latchkey.proto.keys.v1.WatchInvalidationsRequest;
import dev.latchkey.proto.keys.v1.WatchInvalidationsResponse;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Serves InvalidationService. */
@Singleton
final class InvalidationEndpoint
    implements InvalidationServiceGrpc.AsyncService, ManagementEndpoint {
  private static final AccessRule RULE =
      AccessRules.of(InvalidationServiceGrpc.getWatchInvalidationsMethod());

  /** What the service's contract tells caches to trust a stream for. */
  private static final Duration CONTRACT = Duration.ofSeconds(5);

  private static final Duration LOOKS = Duration.ofMillis(100);
  private static final Context.Key<Credential> CREDENTIAL = Context.key("watcher-credential");

  private final RecentChanges recent;
  private final Tellings tellings;
  private final KeyHistory keyHistory;
  private final TenancyHistory tenancyHistory;
  private final TenancyModel tenancy;
  private final Transactions transactions;
  private final CallerCheck check;
  private final Pulses pulses;
  private final Streams streams;

  /** A node that has not heard of a log for longer is not up to date. */
  private final long mostSilenceNanos;

  InvalidationEndpoint(
      RecentChanges recent,
      Tellings tellings,
      TrustSettings trust,
      KeyHistory keyHistory,
      TenancyHistory tenancyHistory,
      TenancyModel tenancy,
      Transactions transactions,
      CallerCheck check,
      Pulses pulses,
      Streams streams) {
    this.recent = recent;
    this.tellings = tellings;
    this.mostSilenceNanos = Math.min(CONTRACT.toNanos(), trust.window().toNanos());
    this.keyHistory = keyHistory;
    this.tenancyHistory = tenancyHistory;
    this.tenancy = tenancy;
    this.transactions = transactions;
    this.check = check;
    this.pulses = pulses;
    this.streams = streams;
  }

  /** What a stream's caller came with, for looking at it again. */
  private record Credential(Secret secret, @Nullable InetAddress client) {}

  /** Keeps the credential of a call for as long as the call lasts. */
  private static final class Keeping implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      Credential credential = new Credential(BearerTokens.require(headers), Peers.address(call));
      return Contexts.interceptCall(
          Context.current().withValue(CREDENTIAL, credential), call, headers, next);
    }
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerInterceptors.intercept(InvalidationServiceGrpc.bindService(this), new Keeping());
  }

  @Override
  public void watchInvalidations(
      WatchInvalidationsRequest request, StreamObserver<WatchInvalidationsResponse> out) {
    Optional<WatchPosition> position =
        Optional.of(request.getPosition()).filter(text -> !text.isEmpty()).map(WatchPosition::of);
    Caller caller = Caller.current();
    List<UUID> lineage = lineage(caller);
    Credential credential = Objects.requireNonNull(CREDENTIAL.get());
    Runnable recheck = () -> recheck(caller, credential, lineage);
    streams.add(Outlet.start(out, this::left, outlet -> serve(outlet, position, lineage, recheck)));
  }

  private List<UUID> lineage(Caller caller) {
    if (caller.node().isEmpty()) {
      return List.of();
    }
    UUID node = caller.node().get();
    List<UUID> ids = tenancy.require(node).ids();
    caller.requireRole(caller.neededRole(), ids);
    return ids;
  }

  private void recheck(Caller caller, Credential credential, List<UUID> lineage) {
    Caller now = check.recheck(credential.secret(), credential.client());
    ManagementInterceptor.require(now, RULE);
    if (!lineage.isEmpty()) {
      now.requireRole(caller.neededRole(), lineage);
    }
  }

  private void left() {
    streams.sweep();
    recent.nudge();
  }

  private void serve(
      Outlet<WatchInvalidationsResponse> outlet,
      Optional<WatchPosition> asked,
      List<UUID> lineage,
      Runnable recheck) {
    Sight sight = new Sight(transactions, lineage);
    WatchPosition present = awaitPosition(outlet);
    WatchPosition start = asked.orElse(present);
    WatchSession session =
        new WatchSession(recent, tellings, outlet, sight, this::isUpToDate, recheck, start);
    // Read after the session has its place in what is to come: nothing lies between.
    session.run(asked.map(this::missed).orElse(Changes.NONE));
  }

  private WatchPosition awaitPosition(Outlet<?> outlet) {
    while (true) {
      outlet.requireOpen();
      Optional<WatchPosition> position = recent.position();
      if (position.isPresent()) {
        return position.get();
      }
      recent.await(recent.since(Duration.ZERO), LOOKS);
    }
  }

  /** What has changed since a position that some node has given. */
  private Changes missed(WatchPosition since) {
    return keyHistory
        .since(since.keys(), since.run())
        .flatMap(
            keys ->
                tenancyHistory
                    .since(since.generation(), since.revision())
                    .map(changed -> Changes.ofKeys(keys).with(Changes.of(changed))))
        .orElse(Changes.EVERYTHING);
  }

  private boolean isUpToDate() {
    return isFresh(pulses.keys()) && isFresh(pulses.tenancy());
  }

  private boolean isFresh(Pulse pulse) {
    return pulse.silenceNanos() < mostSilenceNanos;
  }
}
