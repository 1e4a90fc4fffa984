package dev.latchkey.edge.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** HTTP as bytes, for requests that no well-behaved client sends. */
public final class RawHttp {
  private RawHttp() {}

  /**
   * Sends characters as Latin-1 and gives all that comes back until the server closes, which it
   * must within ten seconds.
   */
  public static String exchange(int port, String request) {
    return exchange(port, request, false);
  }

  /** The same, saying that nothing more will be sent: so no body is waited for. */
  public static String exchangeHalfClosed(int port, String request) {
    return exchange(port, request, true);
  }

  private static String exchange(int port, String request, boolean halfClose) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      if (halfClose) {
        socket.shutdownOutput();
      }
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
