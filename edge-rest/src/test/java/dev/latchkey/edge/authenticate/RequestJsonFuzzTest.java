package dev.latchkey.edge.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;

/** Any body. */
final class RequestJsonFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void body_isReadOrRefused_andWhatIsReadCanBeWrittenBack(byte[] body)
      throws InvalidProtocolBufferException {
    switch (RequestJson.read(body)) {
      case RequestReading.Read(var request) -> {
        String written = JsonFormat.printer().preservingProtoFieldNames().print(request);
        assertThat(RequestJson.read(written.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
            .isEqualTo(new RequestReading.Read(request));
      }
      case RequestReading.Refused(var violations) -> assertThat(violations).isNotEmpty();
    }
  }
}
