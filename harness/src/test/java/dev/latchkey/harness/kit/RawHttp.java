package dev.latchkey.harness.kit;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One HTTP exchange with nothing between the test and the bytes. */
public final class RawHttp {
  private static final int LIMIT_MILLIS = 20_000;

  private RawHttp() {}

  /** The whole answer, status line, headers and body, to a GET with these header lines. */
  public static String get(String url, String path, String... headerLines) throws IOException {
    URI address = URI.create(url);
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(LIMIT_MILLIS);
      String request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n".formatted(path, address.getHost())
              + String.join("", java.util.Arrays.stream(headerLines).map(l -> l + "\r\n").toList())
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
