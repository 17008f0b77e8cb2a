"""Spanish: what mends a number of Meta's Cloud API, which has no phone to take and no code to scan."""

# ruff: noqa: E501  # a sentence stays on one line, as translators read it

from collections.abc import Mapping

from healthcheckd.notify.languages.catalogue import Remedy

_ACTION = "consulte el Business Manager de Meta"
_LOOK = "Abra el Business Manager de Meta → Cuentas de WhatsApp → Números de teléfono y vea qué dice de este número. Si no tiene acceso, consulte a {helper}."
_LOOK_OPERATOR = (
    "Abra el Business Manager de Meta → Cuentas de WhatsApp → Números de teléfono y vea qué dice de este número."
)
_QUALITY = "Abra el Business Manager de Meta → Ayuda para empresas (calidad de la cuenta): dice qué regla se incumplió."

_REMOVED = Remedy(
    label="Fuera de la cuenta comercial",
    action=_ACTION,
    operator_action=_ACTION,
    happened="El número se eliminó de su cuenta comercial de WhatsApp o se migró fuera de ella. Hasta que vuelva, no se puede enviar ni recibir nada con él.",
    steps=(
        _LOOK,
        "Si se eliminó o se migró a propósito, avise a {helper} para que deje de vigilarse.",
        "Si no, agréguelo de nuevo a la cuenta comercial y regístrelo con su PIN.",
    ),
    operator_steps=(
        _LOOK_OPERATOR,
        "Si se eliminó o se migró a propósito, desactive la cuenta aquí; si no, agregue el número de nuevo y regístrelo con su PIN.",
    ),
)

META: Mapping[str, Remedy] = {
    "logged_out": _REMOVED,
    "gone": _REMOVED,
    "needs_pairing": Remedy(
        label="Sin registrar en Meta",
        action=_ACTION,
        operator_action=_ACTION,
        happened="El número está en la cuenta comercial, pero sin registrar: hasta que se registre, no envía ni recibe mensajes.",
        steps=(
            _LOOK,
            "Si no está verificado, verifíquelo ahí con el código que Meta envía por SMS o llamada.",
            "Después regístrelo con el PIN de la verificación en dos pasos. Si no sabe el PIN, ponga uno nuevo ahí.",
        ),
        operator_steps=(
            _LOOK_OPERATOR,
            "Verifíquelo si no está verificado y regístrelo de nuevo con el PIN de la verificación en dos pasos.",
        ),
    ),
    "banned": Remedy(
        label="Suspendido por Meta",
        action="pida una revisión en el Business Manager de Meta",
        operator_action="pida una revisión en el Business Manager de Meta",
        happened="Meta ha suspendido este número o su cuenta comercial: no se puede enviar nada con él.",
        steps=(
            _QUALITY,
            "Pida ahí una revisión y explique con sinceridad para qué se usa el número.",
            "Espere la respuesta, que puede tardar algunos días. Si necesita que puedan localizarlo, dé otro número a sus contactos.",
        ),
        operator_steps=(
            _QUALITY,
            "Pida ahí una revisión. Vea si corren peligro otros números de la misma cuenta comercial.",
        ),
    ),
    "flapping": Remedy(
        label="Funciona y falla una y otra vez",
        action=_ACTION,
        operator_action=_ACTION,
        happened="Meta dice unas veces que el número funciona y otras que no, así que los mensajes pueden retrasarse o perderse.",
        steps=(_LOOK,),
        operator_steps=(_LOOK_OPERATOR, "Vea en su historial qué dijo Meta cada vez."),
    ),
    "number_changed": Remedy(
        label="Otro número",
        action=_ACTION,
        operator_action=_ACTION,
        happened="Meta indica ahora otro número de teléfono para esta cuenta.",
        steps=(_LOOK, "Si el cambio fue a propósito, indique el nuevo número a {helper}."),
        operator_steps=(
            "Si el cambio fue a propósito, indique aquí el nuevo número y su dueño. Al dueño del número anterior no se le avisa de nada.",
        ),
    ),
    "gateway_down": Remedy(
        label="No visible: Meta no responde",
        action="por ahora no hay nada que hacer",
        operator_action="vea qué responde Meta a nuestra clave",
        happened="Meta no responde a nuestras preguntas, así que nadie puede saber si el número funciona. El operador ya recibió un aviso.",
        steps=(
            "Por ahora no hay nada que arreglar en el Business Manager de Meta. Si quiere saber cómo va, consulte a {helper}.",
        ),
        operator_steps=("Vea qué responde Meta a nuestra clave; sus números se leen de nuevo en cuanto responda.",),
    ),
    "restricted": Remedy(
        label="Restringido por Meta",
        action=_ACTION,
        operator_action=_ACTION,
        happened="El número funciona, pero no del todo: Meta limita lo que puede enviar. Si dice por qué, sus palabras están abajo.",
        steps=(_LOOK, "Envíe menos mensajes, y solo a quienes los esperan."),
        operator_steps=(_LOOK_OPERATOR, "Revise su calidad, su límite y el método de pago de la cuenta comercial."),
    ),
    "unknown": Remedy(
        label="No funciona, dice Meta",
        action=_ACTION,
        operator_action=_ACTION,
        happened="Meta dice que este número no funciona. Si dice por qué, sus palabras están abajo.",
        steps=(_LOOK, "Arregle ahí lo que pide Meta; nosotros vemos cuándo el número vuelve a funcionar."),
        operator_steps=(_LOOK_OPERATOR, "Arregle ahí lo que pide Meta; desde aquí no se puede reiniciar nada."),
    ),
}
