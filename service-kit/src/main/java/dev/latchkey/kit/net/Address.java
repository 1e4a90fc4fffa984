package dev.latchkey.kit.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IP address as two longs, which can be looked at and compared without making an object. An IPv4
 * address is the IPv6 address that it is mapped into, {@code ::ffff:0:0/96} (RFC 4291, 2.5.5.2):
 * whoever writes it the one way or the other means the same.
 *
 * <p>May be one that changes, such as an {@link AddressReader}; {@link #fixed} is for keeping it.
 */
public interface Address {
  /** The bits above those of an IPv4 address in the lower half of its IPv6 address. */
  long MAPPED = 0xFFFFL << Integer.SIZE;

  /** The first 64 bits. */
  long high();

  /** The last 64 bits. */
  long low();

  /** The same address for good. */
  default FixedAddress fixed() {
    return new FixedAddress(high(), low());
  }

  /** Whether it is an IPv4 address. */
  default boolean isIpv4() {
    return high() == 0 && low() >>> Integer.SIZE == MAPPED >>> Integer.SIZE;
  }

  /** Whether both are the same address. */
  default boolean is(Address other) {
    return low() == other.low() && high() == other.high();
  }

  /** The same address as Java has it; of an IPv4 address an {@link java.net.Inet4Address}. */
  default InetAddress toInetAddress() {
    try {
      return InetAddress.getByAddress(
          ByteBuffer.allocate(2 * Long.BYTES).putLong(high()).putLong(low()).array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("sixteen octets are an address", e);
    }
  }
}
