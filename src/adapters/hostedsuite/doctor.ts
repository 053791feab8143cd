import type { Doctor } from "../../adapter/doctoring/diagnosis.ts";
import type { Settings } from "./settings.ts";
import { doctor as v2 } from "./v2/doctor.ts";
import { doctor as v3 } from "./v3/doctor.ts";

const doctorOf = ({ generation }: Settings): Doctor<Settings> => (generation === "v2" ? v2 : v3);

export const doctor: Doctor<Settings> = {
  examine: (patient) => doctorOf(patient.settings).examine(patient),
  trial: (patient, customerId) => doctorOf(patient.settings).trial(patient, customerId),
  leaves: (settings) => doctorOf(settings).leaves(settings),
};
