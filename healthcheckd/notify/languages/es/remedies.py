"""Spanish: what each cause means to the owner of a number, and what mends it."""

# ruff: noqa: E501  # a sentence stays on one line, as translators read it

from collections.abc import Mapping

from healthcheckd.notify.languages.catalogue import Remedy

_SCAN = (
    "{open_qr}",
    "En el teléfono de este número, abra WhatsApp → Ajustes → Dispositivos vinculados (en Android: los tres puntos → Dispositivos vinculados).",
    "Toque “Vincular dispositivo” y escanee el código. Cada código dura menos de un minuto: tenga el teléfono a mano antes de empezar.",
    "Deje WhatsApp abierto en el teléfono durante un minuto, hasta que termine de vincularse.",
)
_SCAN_OPERATOR = ("Pida al dueño que escanee un nuevo código QR, o muestre usted uno con el comando de abajo.",)

_WAKE = (
    "Compruebe que el teléfono esté encendido, con batería y con internet, y abra WhatsApp en él.",
    "En el teléfono, abra WhatsApp → Ajustes → Dispositivos vinculados y vea si el dispositivo vinculado sigue en la lista.",
    "Si no está en la lista, vincúlelo de nuevo. {open_qr}",
    "Si está en la lista y nada cambia en una hora, consulte a {helper}.",
)
_WAKE_OPERATOR = (
    "Seguimos intentando reconectar, con pausas cada vez más largas, para que WhatsApp no lo tome por abuso.",
    "Vea el registro del gateway para esta sesión; el comando de abajo muestra lo que se ha visto e intentado hasta ahora.",
    "Revise la conexión del gateway a internet y si hay un cortafuegos o un proxy de por medio.",
)

REMEDIES: Mapping[str, Remedy] = {
    "logged_out": Remedy(
        label="Dispositivo desvinculado",
        action="escanee el código QR",
        operator_action="pida que escaneen el código QR",
        happened="El número se desvinculó, en el teléfono o por parte de WhatsApp. Reiniciar no lo arregla: hay que vincularlo de nuevo.",
        steps=_SCAN,
        operator_steps=_SCAN_OPERATOR,
    ),
    "needs_pairing": Remedy(
        label="A la espera de que se escanee el código QR",
        action="escanee el código QR",
        operator_action="pida que escaneen el código QR",
        happened="El número espera a que alguien escanee un código QR; hasta entonces no envía ni recibe mensajes.",
        steps=_SCAN,
        operator_steps=_SCAN_OPERATOR,
    ),
    "replaced": Remedy(
        label="En uso por otro programa",
        action="cierre el otro programa que usa este número",
        operator_action="busque y detenga el otro programa",
        happened="Otro programa tomó esta conexión. No se la quitamos: los dos se expulsarían el uno al otro una y otra vez.",
        steps=(
            "Busque el otro programa que usa este número: un segundo servidor, una instalación de prueba, una copia de esta sesión.",
            "Deténgalo, o en el teléfono abra WhatsApp → Ajustes → Dispositivos vinculados y cierre la sesión del que no reconozca.",
            "Después inicie de nuevo esta sesión, o pídalo a {helper}.",
        ),
        operator_steps=(
            "Busque el segundo cliente que funciona con las mismas credenciales y deténgalo.",
            "Después reconecte esta cuenta a mano; por sí sola se queda como está.",
        ),
    ),
    "temporary_ban": Remedy(
        label="Bloqueado por WhatsApp durante un tiempo",
        action="espere y no lo vincule de nuevo",
        operator_action="no lo toque hasta que termine el bloqueo",
        happened="WhatsApp bloqueó este número durante un tiempo. Cada intento de conexión alarga el bloqueo, así que no hacemos ninguno.",
        steps=(
            "Espere {until}. Mientras tanto no cierre la sesión, no reinstale la aplicación ni vincule el número de nuevo.",
            "En el teléfono, abra WhatsApp: muestra cuánto dura el bloqueo.",
            "Después, escriba solo a quienes esperan sus mensajes, y despacio al principio: un segundo bloqueo puede ser definitivo.",
        ),
        operator_steps=(
            "No se intenta nada antes de que termine el bloqueo. Revise qué se envió antes de que empezara.",
        ),
    ),
    "banned": Remedy(
        label="Suspendido por WhatsApp",
        action="pida una revisión a WhatsApp",
        operator_action="pida al dueño que solicite una revisión a WhatsApp",
        happened="WhatsApp ha suspendido este número. Hemos detenido todos los intentos de conectarlo.",
        steps=(
            "En el teléfono, abra WhatsApp. Dice que la cuenta no puede usar WhatsApp, y por qué.",
            "Toque “Solicitar revisión” y explique con sinceridad para qué se usa el número.",
            "Espere la respuesta, que puede tardar algunos días. Mientras tanto no registre el número en otro lugar.",
            "Si necesita que puedan localizarlo, dé otro número a sus contactos.",
        ),
        operator_steps=(
            "Ya no se intenta nada. Vea si corren peligro otros números con el mismo uso o el mismo proxy.",
        ),
    ),
    "rate_limited": Remedy(
        label="Limitado por WhatsApp",
        action="espere y envíe menos",
        operator_action="espere y envíe menos",
        happened="WhatsApp responde que hubo demasiados intentos o mensajes. Lo dejamos en paz durante un tiempo.",
        steps=(
            "Espere {until}; nosotros volvemos a intentar la conexión.",
            "Envíe menos mensajes, y solo a quienes los esperan.",
        ),
        operator_steps=("Se deja en paz hasta que termine el límite. Revise qué envía por este número.",),
    ),
    "restart_required": Remedy(
        label="Necesita reiniciarse",
        action="revise el teléfono",
        operator_action="revise su gateway",
        happened="La sesión tiene que iniciarse de nuevo. Ya lo intentamos, y sigue sin conectarse.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "network": Remedy(
        label="Conexión perdida",
        action="revise el teléfono y su conexión",
        operator_action="revise su gateway y la red",
        happened="Se perdió la conexión con WhatsApp. Seguimos intentando reconectar, hasta ahora sin éxito.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "zombie": Remedy(
        label="Dice estar conectado, pero WhatsApp no responde",
        action="abra WhatsApp en el teléfono",
        operator_action="revise su sesión en el gateway",
        happened="La sesión dice estar conectada, pero WhatsApp no responde a través de ella: es probable que los mensajes no se envíen ni se reciban.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "stuck": Remedy(
        label="Detenido a medio conectar",
        action="abra WhatsApp en el teléfono",
        operator_action="revise su sesión en el gateway",
        happened="La sesión lleva mucho tiempo intentando conectarse, sin lograrlo.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "flapping": Remedy(
        label="Se conecta y se cae una y otra vez",
        action="revise el teléfono y su conexión",
        operator_action="averigüe qué tumba la conexión",
        happened="La sesión se conecta y se cae una y otra vez, así que los mensajes pueden retrasarse o perderse.",
        steps=_WAKE,
        operator_steps=(
            "Busque un segundo cliente con las mismas credenciales, un proxy débil o un gateway sin memoria.",
        ),
    ),
    "stopped": Remedy(
        label="Detenido",
        action="inícielo de nuevo",
        operator_action="inícielo de nuevo o desactívelo aquí",
        happened="Alguien detuvo la sesión. La dejamos detenida, porque puede haber sido a propósito.",
        steps=(
            "Si la detuvo a propósito, no hay nada que hacer.",
            "Si no, iníciela en el panel en el que vinculó este número, o pídalo a {helper}.",
        ),
        operator_steps=(
            "Si fue a propósito, desactive la cuenta para que no se avise más a nadie; si no, iníciela en el gateway.",
        ),
    ),
    "gateway_down": Remedy(
        label="No visible: su servidor no responde",
        action="por ahora no hay nada que hacer en el teléfono",
        operator_action="recupere su gateway",
        happened="El servidor que está detrás de este número no responde, así que nadie puede saber si el número funciona. Su operador ya recibió un aviso.",
        steps=(
            "No hay nada que arreglar en el teléfono: déjelo encendido y con internet, y no desvincule nada.",
            "Si necesita escribir a alguien ahora, hágalo desde el propio teléfono: su WhatsApp no depende de nuestro servidor.",
            "Si quiere saber cómo va, consulte a {helper}.",
        ),
        operator_steps=("Recupere el gateway; sus sesiones se leen de nuevo en cuanto responda.",),
    ),
    "gone": Remedy(
        label="Ya no está en su servidor",
        action="vincúlelo de nuevo o elimínelo aquí",
        operator_action="vincúlelo de nuevo o elimínelo aquí",
        happened="El servidor que está detrás de este número ya no conoce su sesión.",
        steps=("Si la borró a propósito, no hay nada que hacer. Si no, vincule el número de nuevo. {open_qr}",),
        operator_steps=("Si se borró a propósito, elimine la cuenta aquí también.",),
    ),
    "outdated_client": Remedy(
        label="El gateway es demasiado antiguo para WhatsApp",
        action="su servidor necesita una actualización",
        operator_action="actualice su gateway",
        happened="WhatsApp rechaza la versión del programa que conecta este número. Solo una actualización de ese programa lo arregla.",
        steps=("No hay nada que arreglar en el teléfono. Pida la actualización a {helper}.",),
        operator_steps=("Actualice el gateway. Antes no se intenta nada, porque todo intento se rechaza.",),
    ),
    "number_changed": Remedy(
        label="Otro número vinculado",
        action="revise qué teléfono está vinculado",
        operator_action="averigüe quién lo vinculó",
        happened="Ahora hay otro número de teléfono vinculado a esta sesión.",
        steps=("Desvincule el teléfono equivocado y vincule el correcto. {open_qr}",),
        operator_steps=(
            "Si el cambio fue a propósito, indique aquí el nuevo número y su dueño. Al dueño del número anterior no se le avisa de nada.",
            "Si no, desvincúlelo y vincule el teléfono correcto.",
        ),
    ),
    "restricted": Remedy(
        label="Restringido por WhatsApp",
        action="revise qué envía",
        operator_action="revise qué envía",
        happened="El número está conectado, pero WhatsApp lo ha restringido: no todo lo que envía llega.",
        steps=("Envíe menos mensajes, y solo a quienes los esperan. En el teléfono, WhatsApp quizá dé más detalles.",),
        operator_steps=("Revise qué envía por este número y haga que envíe menos.",),
    ),
    "unknown": Remedy(
        label="Sin conexión, causa desconocida",
        action="revise el teléfono y su conexión",
        operator_action="vea el registro de su gateway",
        happened="El número no está conectado, y su servidor no dice por qué.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
}
