package dev.latchkey.edge.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.Message;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import dev.latchkey.proto.tenancy.v1.CreateProjectRequest;
import java.util.List;

/** Any body, for messages with members of every kind. */
final class MessageReaderFuzzTest {
  private static final List<Message> MESSAGES =
      List.of(
          AuthenticateRequest.getDefaultInstance(),
          CreateKeyRequest.getDefaultInstance(),
          CreateProjectRequest.getDefaultInstance(),
          UpdateKeyRequest.getDefaultInstance());

  @FuzzTest(maxDuration = "60s")
  void body_isReadOrRefused_andWhatIsReadCanBeWrittenBack(byte[] body) {
    for (Message message : MESSAGES) {
      roundTrip(MessageReader.of(message, message.getDescriptorForType().getFields(), true), body);
    }
  }

  private static void roundTrip(MessageReader<Message> reader, byte[] body) {
    switch (reader.read(body)) {
      case Reading.Read<Message>(Message read, var _) -> {
        byte[] written = MessageWriter.write(read);
        assertThat(reader.read(written))
            .isInstanceOfSatisfying(
                Reading.Read.class, again -> assertThat(again.message()).isEqualTo(read));
      }
      case Reading.Refused<Message>(var violations) -> assertThat(violations).isNotEmpty();
    }
  }
}
