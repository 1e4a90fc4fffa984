package dev.latchkey.harness.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Requests that break a limit of their protocol, as raw bytes. */
public final class Oversize {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final byte[] HTTP2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FRAME_HEADER = 9;
  private static final int SETTINGS = 4;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;

  private Oversize() {}

  /** HTTP/2: a frame that says it is of the largest size there is, and its bytes. */
  public static byte[] frame() {
    ByteArrayOutputStream out = begun();
    frame(out, 0, 0, 1, (1 << 24) - 1);
    out.writeBytes(new byte[1 << 20]);
    return out.toByteArray();
  }

  /** HTTP/2: headers that go on for a megabyte without an end. */
  public static byte[] headers() {
    ByteArrayOutputStream out = begun();
    int piece = 16_384;
    frame(out, HEADERS, 0, 1, piece);
    out.writeBytes(literals(piece));
    for (int i = 0; i < 64; i++) {
      frame(out, CONTINUATION, 0, 1, piece);
      out.writeBytes(literals(piece));
    }
    return out.toByteArray();
  }

  /** HTTP/1.1: one header of a megabyte. */
  public static byte[] httpHeader() {
    return ("GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nX-Large: " + "a".repeat(1 << 20))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** HTTP/1.1: a request line of a megabyte. */
  public static byte[] httpLine() {
    return ("GET /" + "a".repeat(1 << 20) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** HTTP/2: what a client begins with, whole and in order. */
  public static byte[] opening() {
    return begun().toByteArray();
  }

  /** HTTP/2: headers of a usual size, for whoever sends them slowly. */
  public static byte[] longHeaders() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    frame(out, HEADERS, 0, 1, 1_000);
    out.writeBytes(literals(1_000));
    return out.toByteArray();
  }

  private static ByteArrayOutputStream begun() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HTTP2_PREFACE);
    frame(out, SETTINGS, 0, 0, 0);
    return out;
  }

  private static void frame(
      ByteArrayOutputStream out, int type, int flags, int stream, int length) {
    byte[] header = new byte[FRAME_HEADER];
    header[0] = (byte) (length >> 16);
    header[1] = (byte) (length >> 8);
    header[2] = (byte) length;
    header[3] = (byte) type;
    header[4] = (byte) flags;
    header[8] = (byte) stream;
    out.writeBytes(header);
  }

  /** Header fields without indexing, {@code a: bbb…}, that fill so many bytes exactly. */
  private static byte[] literals(int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(size);
    int left = size;
    while (left > 0) {
      // Literal without indexing, new name of one character, value of up to 100 characters.
      int value = Math.min(100, left - 4);
      if (value < 0) {
        // What is left is too short for a field: indexed fields of one byte, `:method: GET`.
        out.write(0x82);
        left--;
        continue;
      }
      out.write(0);
      out.write(1);
      out.write('a');
      out.write(value);
      out.writeBytes("b".repeat(value).getBytes(StandardCharsets.US_ASCII));
      left -= value + 4;
    }
    return out.toByteArray();
  }

  /**
   * Sends bytes on a connection of their own and tells whether the other side ended it, with or
   * without an answer, within 20 seconds.
   */
  public static boolean endsConnection(int port, byte[] bytes) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
      socket.setSoTimeout((int) LIMIT.toMillis());
      return isEnded(socket, bytes);
    } catch (java.net.SocketTimeoutException stillOpen) {
      return false;
    } catch (IOException ended) {
      return true;
    }
  }

  private static boolean isEnded(Socket socket, byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
    InputStream in = socket.getInputStream();
    byte[] answer = new byte[1 << 14];
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() - end < 0) {
      if (in.read(answer) < 0) {
        return true;
      }
    }
    return false;
  }
}
