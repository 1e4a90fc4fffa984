package dev.latchkey.kit.grpc;

import java.time.Duration;

/**
 * What one connection to a gRPC server of ours may do in time. {@code docs/limits.md} has them all.
 *
 * @param start how long a new connection may take for its TLS handshake and the HTTP/2 preface
 * @param silence how long a client may send no whole frame before it is pinged
 * @param pingTimeout how long it may take to answer the ping before the connection is closed
 * @param idle how long a connection may be without a call
 * @param age how long a connection may be used; a tenth is added or taken at random
 * @param ageGrace how long calls under way may go on after that
 */
public record TransportLimits(
    Duration start,
    Duration silence,
    Duration pingTimeout,
    Duration idle,
    Duration age,
    Duration ageGrace) {
  /** The limits of a service, but for the age that is a setting. */
  public static final TransportLimits DEFAULT =
      new TransportLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofMinutes(5),
          Duration.ofSeconds(30));

  /** The same with another age. */
  public TransportLimits withAge(Duration another) {
    return new TransportLimits(start, silence, pingTimeout, idle, another, ageGrace);
  }
}
