package dev.latchkey.kit.access;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;

/** A call whose initial metadata tells the caller what is left of its limit. */
final class LimitAnnouncement<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private final RateLimitHeaders limit;

  LimitAnnouncement(ServerCall<Q, A> call, RateLimitHeaders limit) {
    super(call);
    this.limit = limit;
  }

  @Override
  public void sendHeaders(Metadata headers) {
    limit.addTo(headers);
    super.sendHeaders(headers);
  }
}
