package dev.latchkey.edge.json;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;

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

  /** The JSON of a message without {@code Any}. */
  public static String write(Message message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      // Only messages with an Any of an unknown type cannot be written; ours have none.
      throw new IllegalStateException(e);
    }
  }
}
