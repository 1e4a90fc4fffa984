package dev.latchkey.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.kit.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ConfigurationTableTest {
  @Test
  void everySetting_standsInTheTable_asItIsRead() throws IOException {
    String documentation = Files.readString(Path.of("../docs/configuration.md"));
    String section = documentation.substring(documentation.indexOf("## key-service"));

    assertThat(section).contains(KeyServiceSettings.ALL.stream().map(Setting::tableRow).toList());
  }
}
