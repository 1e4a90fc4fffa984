package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Hands the bytes of encoded messages to the transport. For the side that sends. */
final class EncodedMarshaller<T extends Encoded> implements Marshaller<T> {
  /** Nearly all answers fit; a larger one gets a buffer of its own. */
  private static final int SCRATCH = 8 << 10;

  private static final ThreadLocal<byte[]> SCRATCHES =
      ThreadLocal.withInitial(() -> new byte[SCRATCH]);

  @Override
  public InputStream stream(T value) {
    return new Bytes(value);
  }

  @Override
  public T parse(InputStream stream) {
    throw new UnsupportedOperationException("only for messages that are sent");
  }

  /** The message as the transport takes it: all at once. */
  private static final class Bytes extends InputStream implements Drainable, KnownLength {
    private final Encoded message;
    private final int size;
    private byte @Nullable [] all;
    private int read;

    Bytes(Encoded message) {
      this.message = message;
      this.size = message.size();
    }

    @Override
    public int available() {
      return size - read;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      if (read > 0) {
        byte[] bytes = all();
        int left = size - read;
        target.write(bytes, read, left);
        read = size;
        return left;
      }
      byte[] scratch = size <= SCRATCH ? SCRATCHES.get() : new byte[size];
      encode(scratch);
      target.write(scratch, 0, size);
      read = size;
      return size;
    }

    private void encode(byte[] into) throws IOException {
      CodedOutputStream out = CodedOutputStream.newInstance(into, 0, size);
      message.writeTo(out);
      out.checkNoSpaceLeft();
    }

    private byte[] all() throws IOException {
      byte[] bytes = all;
      if (bytes == null) {
        bytes = new byte[size];
        encode(bytes);
        all = bytes;
      }
      return bytes;
    }

    @Override
    public int read() throws IOException {
      return read == size ? -1 : Byte.toUnsignedInt(all()[read++]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      if (read == size) {
        return -1;
      }
      int taken = Math.min(length, size - read);
      System.arraycopy(all(), read, into, offset, taken);
      read += taken;
      return taken;
    }
  }
}
