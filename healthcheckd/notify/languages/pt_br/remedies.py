"""Brazilian Portuguese: what each cause means to the owner of a number, and what mends it."""

# ruff: noqa: E501  # a sentence stays on one line, as translators read it

from collections.abc import Mapping

from healthcheckd.notify.languages.catalogue import Remedy

_SCAN = (
    "{open_qr}",
    "No celular deste número, abra o WhatsApp → Configurações → Dispositivos conectados (no Android: os três pontinhos → Dispositivos conectados).",
    "Toque em “Conectar dispositivo” e escaneie o código. Cada código vale menos de um minuto: deixe o celular à mão antes de começar.",
    "Deixe o WhatsApp aberto no celular por um minuto, até a conexão terminar.",
)
_SCAN_OPERATOR = ("Peça ao dono que escaneie um novo QR code, ou mostre um você mesmo com o comando abaixo.",)

_WAKE = (
    "Verifique se o celular está ligado, com bateria e com internet, e abra o WhatsApp nele.",
    "No celular, abra o WhatsApp → Configurações → Dispositivos conectados e veja se o dispositivo conectado ainda está na lista.",
    "Se ele não estiver na lista, conecte-o de novo. {open_qr}",
    "Se ele estiver na lista e nada mudar em uma hora, fale com {helper}.",
)
_WAKE_OPERATOR = (
    "Continuamos tentando reconectar, com pausas cada vez maiores, para que o WhatsApp não entenda isso como abuso.",
    "Veja o log do gateway para esta sessão; o comando abaixo mostra o que foi visto e tentado até agora.",
    "Verifique a conexão do gateway com a internet e se há um firewall ou proxy no caminho.",
)

REMEDIES: Mapping[str, Remedy] = {
    "logged_out": Remedy(
        label="Dispositivo desconectado",
        action="escaneie o QR code",
        operator_action="peça que escaneiem o QR code",
        happened="O número foi desconectado, no celular ou pelo WhatsApp. Reiniciar não resolve: é preciso conectá-lo de novo.",
        steps=_SCAN,
        operator_steps=_SCAN_OPERATOR,
    ),
    "needs_pairing": Remedy(
        label="À espera da leitura do QR code",
        action="escaneie o QR code",
        operator_action="peça que escaneiem o QR code",
        happened="O número espera que alguém escaneie um QR code; até lá, não envia nem recebe mensagens.",
        steps=_SCAN,
        operator_steps=_SCAN_OPERATOR,
    ),
    "replaced": Remedy(
        label="Em uso por outro programa",
        action="feche o outro programa que usa este número",
        operator_action="encontre e pare o outro programa",
        happened="Outro programa assumiu esta conexão. Não a tomamos de volta: os dois ficariam derrubando um ao outro.",
        steps=(
            "Procure o outro programa que usa este número: um segundo servidor, uma instalação de teste, uma cópia desta sessão.",
            "Pare-o, ou, no celular, abra o WhatsApp → Configurações → Dispositivos conectados e desconecte o que você não reconhece.",
            "Depois inicie esta sessão de novo, ou peça a {helper}.",
        ),
        operator_steps=(
            "Procure o segundo cliente que roda com as mesmas credenciais e pare-o.",
            "Depois reconecte esta conta manualmente; sozinha, ela fica como está.",
        ),
    ),
    "temporary_ban": Remedy(
        label="Bloqueado pelo WhatsApp por um tempo",
        action="espere e não conecte o número de novo",
        operator_action="não mexa até o bloqueio acabar",
        happened="O WhatsApp bloqueou este número por um tempo. Cada tentativa de conexão prolonga o bloqueio, por isso não fazemos nenhuma.",
        steps=(
            "Espere {until}. Enquanto isso, não saia da conta, não reinstale o aplicativo e não conecte o número de novo.",
            "No celular, abra o WhatsApp: ele mostra quanto tempo o bloqueio dura.",
            "Depois, escreva só para quem espera suas mensagens, e aos poucos no começo: um segundo bloqueio pode ser definitivo.",
        ),
        operator_steps=(
            "Nada é tentado antes do fim do bloqueio. Verifique o que foi enviado antes que ele começasse.",
        ),
    ),
    "banned": Remedy(
        label="Banido pelo WhatsApp",
        action="peça uma análise ao WhatsApp",
        operator_action="peça que o dono solicite uma análise ao WhatsApp",
        happened="O WhatsApp baniu este número. Paramos todas as tentativas de conexão.",
        steps=(
            "No celular, abra o WhatsApp. Ele informa que a conta não pode usar o WhatsApp, e por quê.",
            "Toque em “Solicitar análise” e explique com sinceridade para que o número é usado.",
            "Espere a resposta, que pode levar alguns dias. Enquanto isso, não registre o número em outro lugar.",
            "Se você precisa ser encontrado, informe outro número aos seus contatos.",
        ),
        operator_steps=("Nada mais é tentado. Veja se outros números com o mesmo uso ou o mesmo proxy correm perigo.",),
    ),
    "rate_limited": Remedy(
        label="Limitado pelo WhatsApp",
        action="espere e envie menos",
        operator_action="espere e envie menos",
        happened="O WhatsApp respondeu que houve tentativas ou mensagens demais. Deixamos o número em paz por um tempo.",
        steps=(
            "Espere {until}; nós mesmos tentamos a conexão de novo.",
            "Envie menos mensagens, e só para quem as espera.",
        ),
        operator_steps=("Fica em paz até o limite acabar. Verifique o que envia por este número.",),
    ),
    "restart_required": Remedy(
        label="Precisa ser reiniciado",
        action="verifique o celular",
        operator_action="verifique o gateway",
        happened="A sessão precisa ser iniciada de novo. Já tentamos, e ela ainda não se conectou.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "network": Remedy(
        label="Conexão perdida",
        action="verifique o celular e a internet dele",
        operator_action="verifique o gateway e a rede",
        happened="A conexão com o WhatsApp se perdeu. Continuamos tentando reconectar, sem sucesso até agora.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "zombie": Remedy(
        label="Diz estar conectado, mas o WhatsApp não responde",
        action="abra o WhatsApp no celular",
        operator_action="verifique a sessão no gateway",
        happened="A sessão diz estar conectada, mas o WhatsApp não responde por ela: é provável que as mensagens não sejam enviadas nem recebidas.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "stuck": Remedy(
        label="Parado no meio da conexão",
        action="abra o WhatsApp no celular",
        operator_action="verifique a sessão no gateway",
        happened="A sessão está há muito tempo tentando se conectar, sem conseguir.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "flapping": Remedy(
        label="Conecta e cai várias vezes",
        action="verifique o celular e a internet dele",
        operator_action="descubra o que derruba a conexão",
        happened="A sessão conecta e cai várias vezes, então as mensagens podem atrasar ou se perder.",
        steps=_WAKE,
        operator_steps=(
            "Procure um segundo cliente com as mesmas credenciais, um proxy fraco ou um gateway sem memória.",
        ),
    ),
    "stopped": Remedy(
        label="Parado",
        action="inicie de novo",
        operator_action="inicie de novo ou desative aqui",
        happened="Alguém parou a sessão. Nós a deixamos parada, porque pode ter sido de propósito.",
        steps=(
            "Se você a parou de propósito, não há nada a fazer.",
            "Caso contrário, inicie-a no painel em que você conectou este número, ou peça a {helper}.",
        ),
        operator_steps=(
            "Se foi de propósito, desative a conta, para que ninguém mais seja avisado; senão, inicie-a no gateway.",
        ),
    ),
    "gateway_down": Remedy(
        label="Sem visibilidade: o servidor não responde",
        action="por enquanto, nada a fazer no celular",
        operator_action="faça o gateway voltar",
        happened="O servidor por trás deste número não responde, então ninguém sabe se o número funciona. Quem o opera já foi avisado.",
        steps=(
            "Não há nada a corrigir no celular: deixe-o ligado e com internet, e não desconecte nada.",
            "Se você precisa falar com alguém agora, escreva pelo próprio celular: o WhatsApp dele não depende do nosso servidor.",
            "Para saber das novidades, fale com {helper}.",
        ),
        operator_steps=("Faça o gateway voltar; as sessões dele são lidas de novo assim que ele responder.",),
    ),
    "gone": Remedy(
        label="Não está mais no servidor",
        action="conecte de novo ou remova daqui",
        operator_action="conecte de novo ou remova daqui",
        happened="O servidor por trás deste número não conhece mais a sessão dele.",
        steps=(
            "Se você a apagou de propósito, não há nada a fazer. Caso contrário, conecte o número de novo. {open_qr}",
        ),
        operator_steps=("Se foi apagada de propósito, remova a conta aqui também.",),
    ),
    "outdated_client": Remedy(
        label="O gateway é antigo demais para o WhatsApp",
        action="o servidor precisa de uma atualização",
        operator_action="atualize o gateway",
        happened="O WhatsApp recusa a versão do programa que conecta este número. Só uma atualização desse programa resolve.",
        steps=("Não há nada a corrigir no celular. Peça a atualização a {helper}.",),
        operator_steps=("Atualize o gateway. Antes disso nada é tentado, porque toda tentativa é recusada.",),
    ),
    "number_changed": Remedy(
        label="Outro número conectado",
        action="verifique qual celular está conectado",
        operator_action="descubra quem o conectou",
        happened="Agora há outro número de telefone conectado a esta sessão.",
        steps=("Desconecte o celular errado e conecte o certo. {open_qr}",),
        operator_steps=(
            "Se a mudança foi de propósito, informe aqui o novo número e o dono dele. O dono do número antigo não é avisado de nada.",
            "Caso contrário, desconecte-o e conecte o celular certo.",
        ),
    ),
    "restricted": Remedy(
        label="Restrito pelo WhatsApp",
        action="verifique o que ele envia",
        operator_action="verifique o que ele envia",
        happened="O número está conectado, mas o WhatsApp o restringiu: nem tudo o que ele envia chega.",
        steps=("Envie menos mensagens, e só para quem as espera. No celular, o WhatsApp talvez dê mais detalhes.",),
        operator_steps=("Verifique o que envia por este número e faça com que envie menos.",),
    ),
    "unknown": Remedy(
        label="Sem conexão, causa desconhecida",
        action="verifique o celular e a internet dele",
        operator_action="veja o log do gateway",
        happened="O número não está conectado, e o servidor dele não diz por quê.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
}
