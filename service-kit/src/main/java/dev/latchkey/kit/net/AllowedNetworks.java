package dev.latchkey.kit.net;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The networks that clients may come from. An empty list restricts nothing. Immutable.
 *
 * @param networks a client must be in one of them, if there are any
 */
public record AllowedNetworks(List<Network> networks) {
  /** No restriction. */
  public static final AllowedNetworks ALL = new AllowedNetworks(List.of());

  public AllowedNetworks {
    networks = List.copyOf(networks);
  }

  /** Reads networks that were checked when they were stored. */
  public static AllowedNetworks of(List<String> texts) {
    return texts.isEmpty()
        ? ALL
        : new AllowedNetworks(texts.stream().map(AllowedNetworks::stored).toList());
  }

  private static Network stored(String text) {
    return Network.parse(text)
        .orElseThrow(() -> new IllegalStateException("not a network: " + text));
  }

  /** The networks as they are stored and shown. */
  public List<String> texts() {
    return networks.stream().map(Network::toString).toList();
  }

  /** Whether there is any restriction. */
  public boolean restricts() {
    return !networks.isEmpty();
  }

  /**
   * Whether a client may pass.
   *
   * @param client null where the address is not known: such a client passes no restriction
   */
  public boolean allow(@Nullable Address client) {
    if (networks.isEmpty()) {
      return true;
    }
    if (client == null) {
      return false;
    }
    for (int i = 0; i < networks.size(); i++) {
      if (networks.get(i).contains(client)) {
        return true;
      }
    }
    return false;
  }

  /** Whether whoever passes the other passes this too. */
  public boolean contain(AllowedNetworks other) {
    return networks.isEmpty()
        || (other.restricts()
            && other.networks.stream()
                .allMatch(inner -> networks.stream().anyMatch(outer -> outer.contains(inner))));
  }
}
