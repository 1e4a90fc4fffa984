/**
 * Configuration from the environment and one file, with all mistakes reported together. Start with
 * {@link dev.latchkey.kit.settings.SettingsReader}.
 */
@NullMarked
package dev.latchkey.kit.settings;

import org.jspecify.annotations.NullMarked;
