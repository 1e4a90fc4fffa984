package dev.latchkey.harness.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that run on the one platform that all of them share. Its parts come as parameters:
 * {@link dev.latchkey.harness.platform.Platform}, {@link dev.latchkey.harness.platform.Clients}
 * with the operator's key, {@link Tenants}, {@link Edge}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SharedPlatform.class)
public @interface OnPlatform {}
