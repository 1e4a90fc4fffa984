package dev.latchkey.kit.runtime;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsException;
import dev.latchkey.kit.settings.SettingsReader;
import java.util.List;

/**
 * An address to listen on, and the setting it comes from.
 *
 * @param host a name or address of this machine
 * @param port 0 to 65535; 0 lets the system choose
 * @param setting the setting that the port comes from
 */
public record Listener(String host, int port, Setting setting) {
  /** Reads the port; the host is {@link CommonSettings#HOST}. */
  public static Listener read(SettingsReader in, Setting port) {
    return new Listener(in.text(CommonSettings.HOST), in.port(port), port);
  }

  /** What to tell the operator when listening failed. */
  public SettingsException refused(Exception failure) {
    return new SettingsException(
        List.of("%s: %s".formatted(setting.name(), describe(root(failure)))));
  }

  private String describe(Throwable root) {
    String message = String.valueOf(root.getMessage());
    // The native transport does not throw a BindException; the words are the system's in both.
    return message.contains("already in use")
        ? "port %d of %s is taken by another process".formatted(port, host)
        : "cannot listen on %s:%d (%s)".formatted(host, port, message);
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
