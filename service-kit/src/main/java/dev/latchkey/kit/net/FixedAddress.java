package dev.latchkey.kit.net;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An IP address that does not change. Immutable. */
public record FixedAddress(long high, long low) implements Address {
  /** The address that Java has; without the scope of a local one, which only this machine knows. */
  public static FixedAddress of(InetAddress address) {
    ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
    return octets.remaining() == Integer.BYTES
        ? new FixedAddress(0, MAPPED | Integer.toUnsignedLong(octets.getInt()))
        : new FixedAddress(octets.getLong(), octets.getLong());
  }

  /** The same; null where there is none. */
  public static @Nullable FixedAddress ofNullable(@Nullable InetAddress address) {
    return address == null ? null : of(address);
  }

  @Override
  public FixedAddress fixed() {
    return this;
  }

  @Override
  public String toString() {
    return toInetAddress().getHostAddress();
  }
}
