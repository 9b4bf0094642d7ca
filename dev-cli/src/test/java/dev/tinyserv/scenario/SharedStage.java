package dev.tinyserv.scenario;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives classes one server together, which ends with the last test of the run: to start one takes seconds. For scenarios
 * that leave it as it is but for apps of their own, with names that no other class uses.
 */
public final class SharedStage implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedStage.class))
                .computeIfAbsent(Stage.class, key -> Stage.start(), Stage.class);
    }
}
