package dev.latchkey.kit.balancing;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.MethodDescriptor;

/** One node of a service, as a channel to it knows it. Safe for use by many threads. */
public final class Node {
  private final Vitals vitals;
  private final Subchannel subchannel;

  Node(Vitals vitals, Subchannel subchannel) {
    this.vitals = vitals;
    this.subchannel = subchannel;
  }

  /**
   * A call to this node and no other: it is never made again elsewhere, and fails with {@code
   * UNAVAILABLE} where the node is not connected.
   */
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return subchannel.asChannel().newCall(method, options.withStreamTracerFactory(vitals));
  }

  /** The same, of which it is not noted that the node spoke. */
  <Q, A> ClientCall<Q, A> newUnheardCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return subchannel.asChannel().newCall(method, options);
  }

  /**
   * Says that something asked at this time, by {@link System#nanoTime}, has no answer. A node of
   * which nothing at all was heard since is passed over until it is.
   *
   * @return whether nothing was heard
   */
  public boolean unanswered(long sinceNanos) {
    return vitals.unanswered(sinceNanos);
  }
}
