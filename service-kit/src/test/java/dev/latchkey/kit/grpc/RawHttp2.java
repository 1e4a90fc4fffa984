package dev.latchkey.kit.grpc;

import com.google.protobuf.ByteString;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** A connection whose frames are made by hand (RFC 9113), to do what no client does. */
final class RawHttp2 implements AutoCloseable {
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;

  static final int ACK = 1;
  static final int END_HEADERS = 4;

  static final int CANCEL = 8;
  static final int REFUSED_STREAM = 7;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int PATIENCE_MILLIS = 15_000;

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;

  /** A frame that came. */
  record Frame(int type, int flags, int stream, ByteString payload) {
    /** The error that a RST_STREAM tells. */
    int error() {
      return payload.asReadOnlyByteBuffer().getInt();
    }

    /** The words in a GOAWAY. */
    String words() {
      return payload.substring(8).toStringUtf8();
    }
  }

  /** Connects. Agrees with the server's settings only when it {@linkplain #acknowledge says so}. */
  RawHttp2(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    out = new BufferedOutputStream(socket.getOutputStream());
    in = new DataInputStream(socket.getInputStream());
    out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    send(SETTINGS, 0, 0);
    flush();
    var _ = await(frame -> frame.type() == SETTINGS);
  }

  /** Agrees with the server's settings; returns once the server knows. */
  void acknowledge() throws IOException {
    send(SETTINGS, ACK, 0);
    awaitAnswer();
  }

  /** Writes a frame, sent with the next {@link #flush}. */
  void send(int type, int flags, int stream, byte... payload) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(9);
    head.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream);
    out.write(head.array());
    out.write(payload);
  }

  /** Begins a gRPC call, of which nothing else comes. */
  void call(int stream, String path) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    // Of HPACK's static table (RFC 7541, appendix A): POST, http, a path, an authority, a type.
    block.writeBytes(new byte[] {(byte) 0x83, (byte) 0x86, 0x04});
    text(block, path);
    block.write(0x01);
    text(block, "localhost");
    block.writeBytes(new byte[] {0x0f, 0x10});
    text(block, "application/grpc");
    block.write(0x00);
    text(block, "te");
    text(block, "trailers");
    send(HEADERS, END_HEADERS, stream, block.toByteArray());
  }

  private static void text(ByteArrayOutputStream block, String text) {
    block.write(text.length());
    block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  void reset(int stream) throws IOException {
    send(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array());
  }

  /** Returns once all that was sent has been looked at. */
  void awaitAnswer() throws IOException {
    send(PING, 0, 0, new byte[8]);
    flush();
    var _ = await(frame -> frame.type() == PING && frame.flags() == ACK);
  }

  void flush() throws IOException {
    out.flush();
  }

  /** The next frame that is looked for; throws when the connection ends, or nothing comes. */
  Frame await(Predicate<Frame> wanted) throws IOException {
    while (true) {
      int lengthAndType = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = new byte[lengthAndType >>> 8];
      in.readFully(payload);
      Frame frame = new Frame(lengthAndType & 0xff, flags, stream, ByteString.copyFrom(payload));
      if (wanted.test(frame)) {
        return frame;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
