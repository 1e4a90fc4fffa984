package dev.latchkey.edge.address;

import dev.latchkey.kit.net.AddressText;
import dev.latchkey.kit.net.FixedAddress;
import dev.latchkey.kit.net.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Finds the client's address. Guarantees that nobody but a trusted proxy can name another address
 * than the one their connection comes from. Safe for use by many threads.
 *
 * @param trusted the networks of the proxies whose {@code X-Forwarded-For} is believed
 */
public record ForwardedFor(List<Network> trusted) {
  public ForwardedFor {
    trusted = List.copyOf(trusted);
  }

  /**
   * The address of the client. Walks the field from the right, where the nearest proxy wrote, past
   * trusted proxies, to the first address that is not one. Where something else than an address
   * stands there, the answer is the proxy that wrote it: the last address that can be believed.
   *
   * @param peer the other end of the connection
   * @param forwardedFor the value of each {@code X-Forwarded-For} field, in order
   */
  public InetAddress client(InetAddress peer, List<String> forwardedFor) {
    InetAddress believed = peer;
    for (String field : forwardedFor.reversed()) {
      int end = field.length();
      while (end >= 0) {
        if (!isTrusted(believed)) {
          return believed;
        }
        int comma = field.lastIndexOf(',', end - 1);
        Optional<InetAddress> hop =
            AddressText.parseWithPort(field.substring(comma + 1, end).strip());
        if (hop.isEmpty()) {
          return believed;
        }
        believed = hop.get();
        end = comma;
      }
    }
    return believed;
  }

  private boolean isTrusted(InetAddress address) {
    FixedAddress fixed = FixedAddress.of(address);
    return trusted.stream().anyMatch(network -> network.contains(fixed));
  }
}
