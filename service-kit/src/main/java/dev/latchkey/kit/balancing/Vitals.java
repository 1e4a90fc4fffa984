package dev.latchkey.kit.balancing;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Whether one node has lately been heard of. Safe for use by many threads. */
final class Vitals extends ClientStreamTracer.Factory {
  static final Attributes.Key<Vitals> OF_NODE = Attributes.Key.create("latchkey-vitals");

  /** A call that was given up sooner says nothing of the node. */
  private static final long LEAST_PATIENCE_NANOS = Duration.ofMillis(250).toNanos();

  private static final long PROBE_MILLIS = 500;

  private final AtomicBoolean silent = new AtomicBoolean();
  private volatile @Nullable Node node;
  private volatile long heardNanos = System.nanoTime();

  /** Those of the node that was picked; null where none was. */
  static @Nullable Vitals of(PickResult result) {
    Subchannel picked = result.getSubchannel();
    return picked == null ? null : picked.getAttributes().get(OF_NODE);
  }

  void begin(Subchannel created) {
    node = new Node(this, created);
  }

  /** Whose they are; null only while it is being made. */
  @Nullable Node node() {
    return node;
  }

  boolean isSilent() {
    return silent.get();
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new CallTracer();
  }

  private void heard() {
    heardNanos = System.nanoTime();
    if (silent.get()) {
      silent.set(false);
    }
  }

  /** Takes note of what was asked at this time and has no answer; tells if nothing was heard. */
  boolean unanswered(long sinceNanos) {
    boolean nothingSince = heardNanos - sinceNanos < 0;
    boolean longEnough = System.nanoTime() - sinceNanos >= LEAST_PATIENCE_NANOS;
    if (nothingSince && longEnough && silent.compareAndSet(false, true)) {
      probe();
    }
    return nothingSince;
  }

  /** Asks for any sign of life, until there is one or the connection is gone. */
  private void probe() {
    Node asked = node;
    if (asked == null || !silent.get()) {
      return;
    }
    ClientCall<HealthCheckRequest, HealthCheckResponse> call =
        asked.newUnheardCall(
            HealthGrpc.getCheckMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(PROBE_MILLIS, TimeUnit.MILLISECONDS));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
              probe();
            } else {
              // It spoke, or the connection is gone and the next one starts with a clean slate.
              heard();
            }
          }
        },
        new Metadata());
    call.sendMessage(HealthCheckRequest.getDefaultInstance());
    call.halfClose();
    call.request(2);
  }

  private final class CallTracer extends ClientStreamTracer {
    private final long startNanos = System.nanoTime();

    @Override
    public void inboundHeaders() {
      heard();
    }

    @Override
    public void inboundMessage(int number) {
      heard();
    }

    @Override
    public void inboundTrailers(Metadata trailers) {
      heard();
    }

    @Override
    public void streamClosed(Status status) {
      switch (status.getCode()) {
        case DEADLINE_EXCEEDED, CANCELLED -> {
          var _ = unanswered(startNanos);
        }
        default -> {
          // Heard of above, or an end of the connection that round robin sees itself.
        }
      }
    }
  }
}
