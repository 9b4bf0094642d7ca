/** Finds what is wrong with the machine and the apps, and what to do about it; one check a class. */
@NullMarked
package dev.tinyserv.agent.doctor;

import org.jspecify.annotations.NullMarked;
