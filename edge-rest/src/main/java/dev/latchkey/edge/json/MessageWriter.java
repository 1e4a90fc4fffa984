package dev.latchkey.edge.json;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;

/**
 * Writes the JSON of a message: members named as in the .proto, empty texts and lists included, so
 * that readers need not know which may be left out. Safe for use by many threads.
 */
public final class MessageWriter {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .preservingProtoFieldNames()
          .alwaysPrintFieldsWithNoPresence()
          .omittingInsignificantWhitespace();

  private MessageWriter() {}

  /** The JSON of a message without {@code Any}, in UTF-8. */
  public static byte[] write(Message message) {
    try {
      return PRINTER.print(message).getBytes(StandardCharsets.UTF_8);
    } catch (InvalidProtocolBufferException e) {
      // Only messages with an Any of an unknown type cannot be written; ours have none.
      throw new IllegalStateException(e);
    }
  }
}
