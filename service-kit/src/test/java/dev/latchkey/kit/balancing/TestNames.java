package dev.latchkey.kit.balancing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/** The JVM's names while tests run: those below {@code test} are known here, all others as ever. */
public final class TestNames extends InetAddressResolverProvider {
  /** A name with the addresses 127.0.0.1 and 127.0.0.2. */
  static final String TWO_NODES = "two-nodes.test";

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver system = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        if (!host.endsWith(".test")) {
          return system.lookupByName(host, policy);
        }
        if (!host.equals(TWO_NODES)) {
          throw new UnknownHostException(host);
        }
        return Stream.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.2"));
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return system.lookupByAddress(address);
      }
    };
  }

  @Override
  public String name() {
    return "names of tests";
  }
}
