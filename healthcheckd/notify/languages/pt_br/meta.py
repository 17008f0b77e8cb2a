"""Brazilian Portuguese: what mends a number of Meta's Cloud API, which has no phone to take and no code to scan."""

# ruff: noqa: E501  # a sentence stays on one line, as translators read it

from collections.abc import Mapping

from healthcheckd.notify.languages.catalogue import Remedy

_ACTION = "veja o Gerenciador de Negócios da Meta"
_LOOK = "Abra o Gerenciador de Negócios da Meta → Contas do WhatsApp → Números de telefone e veja o que ele diz deste número. Se você não tem acesso, fale com {helper}."
_LOOK_OPERATOR = "Abra o Gerenciador de Negócios da Meta → Contas do WhatsApp → Números de telefone e veja o que ele diz deste número."
_QUALITY = "Abra o Gerenciador de Negócios da Meta → Suporte para Empresas (qualidade da conta): ele diz qual regra foi violada."

_REMOVED = Remedy(
    label="Fora da conta comercial",
    action=_ACTION,
    operator_action=_ACTION,
    happened="O número foi apagado da conta comercial do WhatsApp ou migrado para fora dela. Até que volte, nada pode ser enviado nem recebido por ele.",
    steps=(
        _LOOK,
        "Se ele foi apagado ou migrado de propósito, avise {helper}, para que não seja mais observado.",
        "Caso contrário, adicione-o de novo à conta comercial e registre-o com o PIN dele.",
    ),
    operator_steps=(
        _LOOK_OPERATOR,
        "Se ele foi apagado ou migrado de propósito, desative a conta aqui; senão, adicione o número de novo e registre-o com o PIN dele.",
    ),
)

META: Mapping[str, Remedy] = {
    "logged_out": _REMOVED,
    "gone": _REMOVED,
    "needs_pairing": Remedy(
        label="Sem registro na Meta",
        action=_ACTION,
        operator_action=_ACTION,
        happened="O número está na conta comercial, mas sem registro: até ser registrado, não envia nem recebe mensagens.",
        steps=(
            _LOOK,
            "Se ele não foi verificado, verifique-o ali com o código que a Meta envia por SMS ou ligação.",
            "Depois registre-o com o PIN da confirmação em duas etapas. Se você não sabe o PIN, defina um novo ali.",
        ),
        operator_steps=(
            _LOOK_OPERATOR,
            "Verifique-o se ainda não foi verificado e registre-o de novo com o PIN da confirmação em duas etapas.",
        ),
    ),
    "banned": Remedy(
        label="Banido pela Meta",
        action="peça uma análise no Gerenciador de Negócios da Meta",
        operator_action="peça uma análise no Gerenciador de Negócios da Meta",
        happened="A Meta baniu este número ou a conta comercial dele: nada pode ser enviado por ele.",
        steps=(
            _QUALITY,
            "Peça uma análise ali e explique com sinceridade para que o número é usado.",
            "Espere a resposta, que pode levar alguns dias. Se você precisa ser encontrado, informe outro número aos seus contatos.",
        ),
        operator_steps=(
            _QUALITY,
            "Peça uma análise ali. Veja se outros números da mesma conta comercial correm perigo.",
        ),
    ),
    "flapping": Remedy(
        label="Funciona e falha várias vezes",
        action=_ACTION,
        operator_action=_ACTION,
        happened="A Meta diz ora que o número funciona, ora que não, então as mensagens podem atrasar ou se perder.",
        steps=(_LOOK,),
        operator_steps=(_LOOK_OPERATOR, "Veja no histórico o que a Meta disse a cada vez."),
    ),
    "number_changed": Remedy(
        label="Outro número",
        action=_ACTION,
        operator_action=_ACTION,
        happened="A Meta agora informa outro número de telefone para esta conta.",
        steps=(_LOOK, "Se a mudança foi de propósito, informe o novo número a {helper}."),
        operator_steps=(
            "Se a mudança foi de propósito, informe aqui o novo número e o dono dele. O dono do número antigo não é avisado de nada.",
        ),
    ),
    "gateway_down": Remedy(
        label="Sem visibilidade: a Meta não responde",
        action="por enquanto, nada a fazer",
        operator_action="veja o que a Meta responde à nossa chave",
        happened="A Meta não responde às nossas perguntas, então ninguém sabe se o número funciona. Quem opera o serviço já foi avisado.",
        steps=(
            "Por enquanto não há nada a corrigir no Gerenciador de Negócios da Meta. Para saber das novidades, fale com {helper}.",
        ),
        operator_steps=(
            "Veja o que a Meta responde à nossa chave; os números dela são lidos de novo assim que ela responder.",
        ),
    ),
    "restricted": Remedy(
        label="Restrito pela Meta",
        action=_ACTION,
        operator_action=_ACTION,
        happened="O número funciona, mas não por completo: a Meta limita o que ele pode enviar. Se ela diz por quê, as palavras dela estão abaixo.",
        steps=(_LOOK, "Envie menos mensagens, e só para quem as espera."),
        operator_steps=(
            _LOOK_OPERATOR,
            "Verifique a qualidade dele, o limite e a forma de pagamento da conta comercial.",
        ),
    ),
    "unknown": Remedy(
        label="Não funciona, diz a Meta",
        action=_ACTION,
        operator_action=_ACTION,
        happened="A Meta diz que este número não funciona. Se ela diz por quê, as palavras dela estão abaixo.",
        steps=(_LOOK, "Corrija ali o que a Meta pede; nós mesmos percebemos quando o número voltar a funcionar."),
        operator_steps=(_LOOK_OPERATOR, "Corrija ali o que a Meta pede; daqui nada pode ser reiniciado."),
    ),
}
